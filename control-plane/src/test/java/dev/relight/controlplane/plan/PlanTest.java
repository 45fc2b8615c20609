package dev.relight.controlplane.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relight.controlplane.plan.PlannedSubtask.Run;
import dev.relight.model.SubtaskKind;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PlanTest {

  @Test
  void aBatchRestartHasFiveStagesAndFourBarriers() {
    Plan plan = plan(TaskKind.BATCH_RESTART, 3);

    assertThat(plan.subtasks()).hasSize(5 * 3 + 4);
    assertThat(plan.subtasks()).filteredOn(n -> n.kind() == SubtaskKind.WAIT).hasSize(4);
    assertThat(edges(plan)).isEqualTo(8 * 3);
  }

  @Test
  void theRestartOfOneHostIsAChain() {
    Plan plan = plan(TaskKind.RESTART, 1);

    assertThat(plan.subtasks().stream().map(PlannedSubtask::kind).toList())
        .isEqualTo(TaskKind.RESTART.stages());
    assertThat(edges(plan)).isEqualTo(4);
    assertThat(plan.subtasks()).allSatisfy(n -> assertThat(plan.shownLane(n)).isEqualTo(-1));
  }

  @Property
  void upstreamsAndDownstreamsTellTheSameEdges(
      @ForAll TaskKind kind, @ForAll @IntRange(min = 1, max = 40) int hosts) {
    Plan plan = plan(kind, kind.isBatch() ? hosts : 1);

    for (PlannedSubtask node : plan.subtasks()) {
      assertThat(plan.subtasks().get(node.number())).isSameAs(node);
      Set<Integer> pointedFrom = new TreeSet<>();
      for (PlannedSubtask other : plan.subtasks()) {
        if (numbers(other.downstreams()).contains(node.number())) {
          pointedFrom.add(other.number());
        }
      }
      assertThat(numbers(node.upstreams())).isEqualTo(pointedFrom);
    }
  }

  @Property
  void everyLaneGoesThroughAllStagesInOrder(
      @ForAll TaskKind kind, @ForAll @IntRange(min = 1, max = 40) int hosts) {
    Plan plan = plan(kind, kind.isBatch() ? hosts : 1);

    for (int i = 0; i < plan.hostIds().size(); i++) {
      int lane = i;
      List<PlannedSubtask> nodes = plan.subtasks().stream().filter(n -> n.lane() == lane).toList();
      assertThat(nodes.stream().map(PlannedSubtask::kind).toList()).isEqualTo(kind.stages());
      assertThat(nodes).allSatisfy(n -> assertThat(n.prepare()).isEqualTo(nodes.get(0).number()));
      for (int stage = 1; stage < nodes.size(); stage++) {
        assertThat(nodes.get(stage).predecessor()).isEqualTo(nodes.get(stage - 1).number());
      }
    }
  }

  @Property
  void aLaneThatEndsLeavesOutTheBarriersOfItsLaterStages(
      @ForAll TaskKind kind, @ForAll @IntRange(min = 1, max = 40) int hosts) {
    Plan plan = plan(kind, kind.isBatch() ? hosts : 1);

    for (PlannedSubtask node : plan.subtasks()) {
      if (node.kind() == SubtaskKind.WAIT) {
        continue;
      }
      List<Integer> later =
          plan.subtasks().stream()
              .filter(n -> n.lane() == node.lane() && n.number() > node.number())
              .filter(n -> kind.isBatch() && !n.downstreams().isEmpty())
              .map(n -> n.downstreams().first())
              .toList();
      assertThat(Plan.barriersAhead(kind, plan.subtasks().size(), node.number()).boxed().toList())
          .isEqualTo(later);
    }
  }

  private static Plan plan(TaskKind kind, int hosts) {
    return Plan.of(kind, LongStream.range(100, 100 + hosts).boxed().toList());
  }

  private static int edges(Plan plan) {
    return plan.subtasks().stream().mapToInt(n -> n.downstreams().size()).sum();
  }

  private static Set<Integer> numbers(Run run) {
    return new TreeSet<>(IntStream.rangeClosed(run.first(), run.last()).boxed().toList());
  }
}
