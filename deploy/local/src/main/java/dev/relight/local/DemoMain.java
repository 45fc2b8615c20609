package dev.relight.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/**
 * Demo hosts by themselves, all on the address of this container, beside services in others: it
 * registers them as soon as there is a control plane, and they are there until it is ended.
 *
 * <p>The environment tells it: {@code RELIGHT_DEMO_HOSTS} how many; {@code RELIGHT_DEMO_DATA} and
 * {@code RELIGHT_DEMO_KEYS} the directories for the hosts, and for {@code client_key} and {@code
 * known_hosts}; {@code RELIGHT_DEMO_CONTROL_PLANE} and {@code RELIGHT_ADMIN_PASSWORD} where and how
 * to register them.
 */
public final class DemoMain {
  private static final long LOOK_AGAIN_MILLIS = 1_000;

  private DemoMain() {}

  /** Ends by a signal, or with exit code 1 when the hosts cannot be made. */
  public static void main(String... arguments) throws IOException, InterruptedException {
    String address = InetAddress.getLocalHost().getHostAddress();
    DemoHosts hosts =
        new DemoHosts(
            Path.of(setting("RELIGHT_DEMO_DATA")),
            Path.of(setting("RELIGHT_DEMO_KEYS")),
            Integer.parseInt(setting("RELIGHT_DEMO_HOSTS")),
            number -> address);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(hosts), "stop"));
    hosts.all().forEach(host -> System.out.printf("%s is at %s%n", host.name(), place(host)));
    ControlPlane controlPlane =
        new ControlPlane(
            URI.create(setting("RELIGHT_DEMO_CONTROL_PLANE")),
            LocalSystem.ADMIN,
            setting("RELIGHT_ADMIN_PASSWORD"));
    register(hosts, controlPlane);
    new CountDownLatch(1).await();
  }

  private static void register(DemoHosts hosts, ControlPlane controlPlane)
      throws InterruptedException {
    while (true) {
      try {
        new Registration(controlPlane, LocalSystem.CREDENTIAL).register(hosts.all());
        System.out.println("The hosts are registered");
        return;
      } catch (IOException notYet) {
        System.out.println("Not registered yet: " + notYet);
        Thread.sleep(LOOK_AGAIN_MILLIS);
      }
    }
  }

  private static String place(DemoHost host) {
    return host.address() + ":" + host.sshPort();
  }

  private static void end(DemoHosts hosts) {
    try {
      hosts.close();
    } catch (IOException e) {
      System.err.println("The agents did not end: " + e.getMessage());
    }
  }

  private static String setting(String name) {
    String value = System.getenv(name);
    if (value == null || value.isEmpty()) {
      System.err.println("relight: " + name + " is missing");
      System.exit(1);
    }
    return value;
  }
}
