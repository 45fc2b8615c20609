package dev.relight.controlplane.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A list that is too long to be read whole shows the same as one that is not. */
@QuarkusTest
class ManyTasksIT {
  private static final int TASKS = 13_000;
  private static final int SIZE = 1_000;

  @Inject Tables tables;

  @BeforeEach
  void fill() {
    tables.forgetTasks();
    tables.fillTasks(TASKS);
  }

  @AfterEach
  void forget() {
    tables.forgetTasks();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sort=id,desc",
        "sort=id,asc",
        "sort=startTime,desc",
        "sort=startTime",
        "sort=finishTime",
        "sort=finishTime,desc",
        "sort=status",
        "sort=status,desc"
      })
  void thePagesOfAListHaveEachTaskOnceAndInItsOrder(String sort) {
    List<Long> ids = new ArrayList<>();
    for (int page = 1; page <= TASKS / SIZE; page++) {
      Response answer = list(sort + "&size=" + SIZE + "&page=" + page);
      assertThat(answer.<Integer>path("data.page.totalElements")).isEqualTo(TASKS);
      answer.<List<Integer>>path("data.contents.id").forEach(id -> ids.add(id.longValue()));
    }

    List<Long> expected = tables.taskIds(sort.contains("id,") ? "id" : column(sort));
    if (sort.endsWith("desc")) {
      Collections.reverse(expected);
    }
    assertThat(ids).isEqualTo(expected);
    assertThat(list(sort + "&size=10&page=1301").<List<?>>path("data.contents")).isEmpty();
    assertThat(list(sort + "&size=7&page=1500").<List<Integer>>path("data.contents.id"))
        .isEqualTo(expected.subList(10_493, 10_500).stream().map(Long::intValue).toList());
  }

  private static String column(String sort) {
    return sort.contains("startTime")
        ? "create_time, id"
        : sort.contains("finishTime") ? "finish_time, id" : "status, id";
  }

  private static Response list(String query) {
    Response answer = Api.admin().get("/tasks/instances?" + query);
    answer.then().statusCode(200);
    return answer;
  }
}
