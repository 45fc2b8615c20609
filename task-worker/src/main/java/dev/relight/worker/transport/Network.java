package dev.relight.worker.transport;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** A range of IP addresses. */
record Network(InetAddress address, int prefixLength) {

  /** Reads {@code 10.1.0.0/16}, {@code fd00::/8} or a single address. */
  static Network parse(String text) {
    String[] parts = text.strip().split("/", 2);
    if (!parts[0].matches("[0-9a-fA-F.:]+")) {
      throw new HostFailure("'" + text + "' is not a network");
    }
    try {
      InetAddress address = InetAddress.getByName(parts[0]);
      int bits = address.getAddress().length * Byte.SIZE;
      int prefixLength = parts.length == 1 ? bits : Integer.parseInt(parts[1]);
      if (prefixLength < 0 || prefixLength > bits) {
        throw new HostFailure("'" + text + "' is not a network");
      }
      return new Network(address, prefixLength);
    } catch (UnknownHostException | NumberFormatException e) {
      throw new HostFailure("'" + text + "' is not a network");
    }
  }

  boolean contains(InetAddress candidate) {
    byte[] own = address.getAddress();
    byte[] other = candidate.getAddress();
    if (own.length != other.length) {
      return false;
    }
    int hostBits = own.length * Byte.SIZE - prefixLength;
    return new BigInteger(1, own)
        .shiftRight(hostBits)
        .equals(new BigInteger(1, other).shiftRight(hostBits));
  }
}
