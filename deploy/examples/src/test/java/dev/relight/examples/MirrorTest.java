package dev.relight.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MirrorTest {
  private final Mirror mirror = new Mirror();

  @BeforeEach
  void hearOfATask() throws JsonProcessingException {
    mirror.task(1, json("{'taskId':7,'name':'x','status':'RUNNING','subtaskCount':3}"));
    mirror.subtask(2, json("{'taskId':7,'subtaskId':40,'status':'READY'}"));
    mirror.subtask(3, json("{'taskId':7,'subtaskId':40,'status':'RUNNING'}"));
  }

  @Test
  void aSubtaskWithoutAnEventIsPending() {
    JsonNode subtasks = mirror.toJson().at("/7/subtasks");

    assertThat(subtasks.fieldNames()).toIterable().containsExactly("40", "41", "42");
    assertThat(subtasks.at("/40/status").asText()).isEqualTo("RUNNING");
    assertThat(subtasks.at("/42/status").asText()).isEqualTo("PENDING");
  }

  @Test
  void whatComesAgainChangesNothing() throws JsonProcessingException {
    mirror.task(9, json("{'taskId':7,'name':'x','status':'FAILED'}"));
    JsonNode before = mirror.toJson();
    hearOfATask();

    assertThat(mirror.toJson()).isEqualTo(before);
    assertThat(before.at("/7/status").asText()).isEqualTo("FAILED");
  }

  @Test
  void theTopicsMayComeInAnyOrder() throws JsonProcessingException {
    mirror.subtask(5, json("{'taskId':8,'subtaskId':50,'status':'READY'}"));
    mirror.task(4, json("{'taskId':8,'name':'y','status':'RUNNING','subtaskCount':1}"));

    assertThat(mirror.toJson().at("/8/subtasks/50/status").asText()).isEqualTo("READY");
    assertThat(mirror.toJson().at("/8/name").asText()).isEqualTo("y");
  }

  private static JsonNode json(String text) throws JsonProcessingException {
    return new ObjectMapper().readTree(text.replace('\'', '"'));
  }
}
