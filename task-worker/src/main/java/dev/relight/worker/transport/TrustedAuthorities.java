package dev.relight.worker.transport;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** The certificates of one PEM file, and nobody else, sign the certificates that are trusted. */
record TrustedAuthorities(List<Certificate> certificates) {
  static TrustedAuthorities in(Path file) {
    try (InputStream content = Files.newInputStream(file)) {
      List<Certificate> certificates =
          List.copyOf(CertificateFactory.getInstance("X.509").generateCertificates(content));
      if (certificates.isEmpty()) {
        throw new HostFailure("There is no certificate in " + file);
      }
      return new TrustedAuthorities(certificates);
    } catch (IOException | GeneralSecurityException e) {
      throw new HostFailure(
          "The certificates cannot be read from %s: %s"
              .formatted(file, e.getClass().getSimpleName()));
    }
  }

  TrustManager manager() {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (int i = 0; i < certificates.size(); i++) {
        store.setCertificateEntry("ca-" + i, certificates.get(i));
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      return trust.getTrustManagers()[0];
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
