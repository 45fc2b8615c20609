package dev.relight.controlplane.api;

import jakarta.inject.Singleton;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;

/** The address by which this control plane names itself to clients. */
@Singleton
class ServerAddress {
  private final String address;

  ServerAddress(ApiConfig config) {
    this.address = config.serverAddress().orElseGet(ServerAddress::own);
  }

  private static String own() {
    try {
      return NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .filter(Inet4Address.class::isInstance)
          .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
          .findFirst()
          .orElseGet(InetAddress::getLoopbackAddress)
          .getHostAddress();
    } catch (SocketException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return address;
  }
}
