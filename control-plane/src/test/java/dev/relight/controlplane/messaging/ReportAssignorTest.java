package dev.relight.controlplane.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Assignment;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.GroupSubscription;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReportAssignorTest {
  private static final String TOPIC = "reports";
  private static final int PARTITIONS = 16;

  /** A member of the group, and what it has. */
  private static final class Member {
    final ReportAssignor assignor = new ReportAssignor();
    List<TopicPartition> owned = List.of();
    boolean cutOff;
  }

  private final Map<String, Member> members = new HashMap<>();
  private int generation;

  @AfterEach
  void reset() {
    ReportAssignor.say(false);
  }

  @Test
  void sharesAmongAllWhoReachPostgres() {
    join("a", "b");
    settle();
    assertThat(sizes()).isEqualTo(Map.of("a", 8, "b", 8));
  }

  @Test
  void givesNothingToWhoIsCutOff() {
    join("a", "b", "c");
    settle();
    members.get("b").cutOff = true;
    settle();
    assertThat(sizes()).isEqualTo(Map.of("a", 8, "b", 0, "c", 8));
    members.get("b").cutOff = false;
    settle();
    assertThat(members.get("b").owned).hasSizeBetween(5, 6);
    assertThat(everything()).hasSize(PARTITIONS);
  }

  @Test
  void takesFromWhoIsCutOffBeforeItGivesToOthers() {
    join("a", "b");
    settle();
    List<TopicPartition> kept = members.get("a").owned;
    members.get("b").cutOff = true;
    rebalance();
    assertThat(members.get("a").owned).containsExactlyInAnyOrderElementsOf(kept);
    assertThat(members.get("b").owned).isEmpty();
    rebalance();
    assertThat(members.get("a").owned).hasSize(PARTITIONS).containsAll(kept);
  }

  @Test
  void changesNothingWhereAllAreCutOff() {
    join("a", "b");
    settle();
    Map<String, Integer> before = sizes();
    List<TopicPartition> ofA = members.get("a").owned;
    members.values().forEach(member -> member.cutOff = true);
    settle();
    assertThat(sizes()).isEqualTo(before);
    assertThat(members.get("a").owned).containsExactlyInAnyOrderElementsOf(ofA);
  }

  @Test
  void countsWhoHasSaidNothingAsReaching() {
    ReportAssignor assignor = new ReportAssignor();
    Subscription silent = new Subscription(List.of(TOPIC));
    assertThat(
            assignor
                .assign(cluster(), new GroupSubscription(Map.of("silent", silent)))
                .groupAssignment()
                .get("silent")
                .partitions())
        .hasSize(PARTITIONS);
  }

  private void join(String... names) {
    for (String name : names) {
      members.put(name, new Member());
    }
  }

  /** As often as a cooperative group joins again until all is given. */
  private void settle() {
    for (int i = 0; i < 4; i++) {
      rebalance();
    }
  }

  private void rebalance() {
    Map<String, Subscription> subscriptions = new HashMap<>();
    members.forEach((name, member) -> subscriptions.put(name, subscription(member)));
    Map<String, Assignment> given =
        new ReportAssignor()
            .assign(cluster(), new GroupSubscription(subscriptions))
            .groupAssignment();
    assertThat(given.keySet()).isEqualTo(members.keySet());
    generation++;
    // As Kafka's own check of cooperative assignors has it: nobody gets what another one still has.
    members.forEach(
        (name, member) ->
            members.forEach(
                (otherName, other) -> {
                  if (member != other) {
                    assertThat(given.get(name).partitions()).noneMatch(other.owned::contains);
                  }
                }));
    members.forEach((name, member) -> take(member, given.get(name)));
  }

  private void take(Member member, Assignment assignment) {
    member.owned = List.copyOf(assignment.partitions());
    member.assignor.onAssignment(
        assignment, new ConsumerGroupMetadata("group", generation, "member", Optional.empty()));
  }

  private static Subscription subscription(Member member) {
    ReportAssignor.say(member.cutOff);
    ByteBuffer said = member.assignor.subscriptionUserData(Set.of(TOPIC));
    return new Subscription(List.of(TOPIC), said, member.owned);
  }

  private Map<String, Integer> sizes() {
    Map<String, Integer> sizes = new HashMap<>();
    members.forEach((name, member) -> sizes.put(name, member.owned.size()));
    return sizes;
  }

  private Set<TopicPartition> everything() {
    List<TopicPartition> all = new ArrayList<>();
    members.values().forEach(member -> all.addAll(member.owned));
    assertThat(all).doesNotHaveDuplicates();
    return Set.copyOf(all);
  }

  private static Cluster cluster() {
    Node node = new Node(1, "localhost", 9092);
    Node[] nodes = {node};
    List<PartitionInfo> partitions =
        IntStream.range(0, PARTITIONS)
            .mapToObj(i -> new PartitionInfo(TOPIC, i, node, nodes, nodes))
            .toList();
    return new Cluster("cluster", List.of(node), partitions, Set.of(), Set.of());
  }
}
