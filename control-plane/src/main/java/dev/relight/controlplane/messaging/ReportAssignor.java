package dev.relight.controlplane.messaging;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.TopicPartition;

/**
 * Gives the reports to those control planes that have started and reach PostgreSQL, if there are
 * any; beyond that, as the sticky assignor does. Each one says of itself in its subscription
 * whether it is cut off.
 */
public class ReportAssignor extends CooperativeStickyAssignor {
  /**
   * So is one that has not started. Kafka makes the assignor by itself: there is no other way to
   * tell it.
   */
  private static volatile boolean cutOff = true;

  private static volatile boolean said;

  /** What this control plane says when it joins the group next; whether that is something else. */
  static boolean say(boolean isCutOff) {
    boolean isNew = cutOff != isCutOff;
    cutOff = isCutOff;
    return isNew;
  }

  /** Whether that is what it said when it joined last: it may have been on its way just then. */
  static boolean hasSaid(boolean isCutOff) {
    return said == isCutOff;
  }

  @Override
  public String name() {
    return "relight-reports";
  }

  /** The sticky assignor's own words, and behind them one byte of ours, which it does not read. */
  @Override
  public ByteBuffer subscriptionUserData(Set<String> topics) {
    ByteBuffer sticky = super.subscriptionUserData(topics);
    said = cutOff;
    ByteBuffer all = ByteBuffer.allocate(sticky.remaining() + 1);
    all.put(sticky).put((byte) (said ? 1 : 0)).flip();
    return all;
  }

  @Override
  public GroupAssignment assign(Cluster metadata, GroupSubscription group) {
    Map<String, Subscription> all = group.groupSubscription();
    Map<String, Subscription> reaching = new HashMap<>(all);
    reaching.values().removeIf(ReportAssignor::isCutOff);
    if (reaching.isEmpty() || reaching.size() == all.size()) {
      return super.assign(metadata, group);
    }
    Map<String, Assignment> given =
        new HashMap<>(super.assign(metadata, new GroupSubscription(reaching)).groupAssignment());
    // What the others still have they are to let go first; then they join again, and all is given.
    Set<TopicPartition> held =
        all.entrySet().stream()
            .filter(member -> !reaching.containsKey(member.getKey()))
            .flatMap(member -> member.getValue().ownedPartitions().stream())
            .collect(Collectors.toCollection(HashSet::new));
    reaching.values().forEach(member -> held.removeAll(member.ownedPartitions()));
    given.replaceAll((member, assignment) -> without(held, assignment));
    all.keySet().forEach(member -> given.putIfAbsent(member, new Assignment(List.of())));
    return new GroupAssignment(given);
  }

  private static boolean isCutOff(Subscription subscription) {
    ByteBuffer said = subscription.userData();
    return said != null && said.hasRemaining() && said.get(said.limit() - 1) == 1;
  }

  private static Assignment without(Set<TopicPartition> held, Assignment assignment) {
    List<TopicPartition> rest = new ArrayList<>(assignment.partitions());
    rest.removeAll(held);
    return new Assignment(rest, assignment.userData());
  }
}
