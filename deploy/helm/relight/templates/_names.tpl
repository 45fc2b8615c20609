{{- define "relight.name" -}}
{{- if contains "relight" .Release.Name }}{{ .Release.Name | trunc 40 | trimSuffix "-" }}{{ else }}{{ printf "%s-relight" .Release.Name | trunc 40 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "relight.selector" -}}
app.kubernetes.io/name: relight
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- with .pool }}
relight.dev/pool: {{ . }}
{{- end }}
{{- end }}

{{- define "relight.labels" -}}
{{ include "relight.selector" . }}
app.kubernetes.io/version: {{ include "relight.tag" .root | splitList "@" | first | trunc 63 | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
{{- end }}

{{- define "relight.tag" -}}
{{ .Values.images.tag | default .Chart.AppVersion }}
{{- end }}

{{- /* An image that has a tag or a digest of its own keeps it. */ -}}
{{- define "relight.image" -}}
{{- if regexMatch "[:@]" (base .image) }}{{ .image }}{{ else }}{{ .image }}:{{ include "relight.tag" .root }}{{ end }}
{{- end }}

{{- define "relight.pod" -}}
automountServiceAccountToken: false
# Else each Service of the namespace is told in variables, of which some look like settings.
enableServiceLinks: false
{{- with .Values.images.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile:
    type: RuntimeDefault
{{- end }}

{{- define "relight.container" -}}
imagePullPolicy: {{ .Values.images.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
{{- end }}

{{- /* Replicas on different hosts and in different zones where there are some. */ -}}
{{- define "relight.spread" -}}
topologySpreadConstraints:
  {{- range $key := list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
  - topologyKey: {{ $key }}
    maxSkew: 1
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "relight.selector" $ | nindent 8 }}
    matchLabelKeys: [pod-template-hash]
  {{- end }}
{{- end }}

{{- /* Alive is a process that answers; PostgreSQL and Kafka have no say in it. */ -}}
{{- define "relight.probes" -}}
startupProbe:
  httpGet: {path: /q/health/started, port: http}
  periodSeconds: 2
  failureThreshold: 90
livenessProbe:
  httpGet: {path: /q/health/live, port: http}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
readinessProbe:
  httpGet: {path: /q/health/ready, port: http}
  periodSeconds: 5
  timeoutSeconds: 5
  failureThreshold: 2
{{- end }}

{{- define "relight.postgres.host" -}}
{{- if .Values.postgres.cluster.enabled }}{{ include "relight.name" . }}-postgres-rw{{ else }}{{ .Values.postgres.host }}{{ end }}
{{- end }}

{{- define "relight.postgres.ca" -}}
{{- if .Values.postgres.cluster.enabled }}{{ include "relight.name" . }}-postgres-ca{{ else }}{{ .Values.postgres.caSecret }}{{ end }}
{{- end }}

{{- define "relight.postgres.migration" -}}
{{- if .Values.postgres.cluster.enabled }}{{ include "relight.name" . }}-postgres-app{{ else }}{{ .Values.postgres.migrationSecret | default .Values.postgres.credentialsSecret }}{{ end }}
{{- end }}

{{- /* Of a Secret that may hold the key of the CA, too: CloudNativePG's does. */ -}}
{{- define "relight.ca" -}}
secret:
  secretName: {{ . }}
  defaultMode: 0440
  optional: false
  items: [{key: ca.crt, path: ca.crt}]
{{- end }}

{{- define "relight.kafka.ca" -}}
{{- if .Values.kafka.strimzi.enabled }}{{ .Values.kafka.strimzi.cluster }}-cluster-ca-cert{{ else }}{{ .Values.kafka.caSecret }}{{ end }}
{{- end }}

{{- define "relight.kafka.auth" -}}
{{- if .Values.kafka.strimzi.enabled }}tls{{ else }}{{ .Values.kafka.auth }}{{ end }}
{{- end }}

{{- /* The Secret of the service .component. */ -}}
{{- define "relight.kafka.credentials" -}}
{{- if .root.Values.kafka.strimzi.enabled }}{{ include "relight.name" .root }}-{{ .component }}{{ else }}{{ .root.Values.kafka.credentialsSecret }}{{ end }}
{{- end }}

{{- define "relight.kafka.settings" -}}
{{- $auth := include "relight.kafka.auth" . }}
{{- $ca := include "relight.kafka.ca" . }}
kafka.bootstrap.servers={{ if .Values.kafka.strimzi.enabled }}{{ .Values.kafka.strimzi.cluster }}-kafka-bootstrap:9093{{ else }}{{ .Values.kafka.bootstrapServers }}{{ end }}
relight.topics.prefix={{ .Values.kafka.prefix }}
quarkus.log.console.json.enabled=true
{{- if has $auth (list "none" "tls") }}
kafka.security.protocol={{ ternary "SSL" "PLAINTEXT" (or (ne $ca "") (eq $auth "tls")) }}
{{- else }}
kafka.security.protocol={{ ternary "SASL_SSL" "SASL_PLAINTEXT" (ne $ca "") }}
kafka.sasl.mechanism={{ upper $auth }}
kafka.sasl.jaas.config=org.apache.kafka.common.security.{{ ternary "plain.Plain" "scram.Scram" (eq $auth "plain") }}LoginModule required username="${BROKER_USERNAME}" password="${BROKER_PASSWORD}";
{{- end }}
{{- if $ca }}
kafka.ssl.truststore.type=PEM
kafka.ssl.truststore.location=/etc/relight/kafka-ca/ca.crt
{{- end }}
{{- if eq $auth "tls" }}
kafka.ssl.keystore.type=PKCS12
kafka.ssl.keystore.location=/etc/relight/kafka-user/user.p12
kafka.ssl.keystore.password=${BROKER_PASSWORD}
{{- end }}
{{- end }}

{{- define "relight.kafka.env" -}}
{{- $auth := include "relight.kafka.auth" .root }}
{{- $secret := include "relight.kafka.credentials" . }}
{{- if and (ne $auth "none") (ne $auth "tls") }}
- name: BROKER_USERNAME
  valueFrom: {secretKeyRef: {name: {{ $secret }}, key: username}}
{{- end }}
{{- if ne $auth "none" }}
- name: BROKER_PASSWORD
  valueFrom: {secretKeyRef: {name: {{ $secret }}, key: {{ ternary "user.password" "password" (eq $auth "tls") }}}}
{{- end }}
{{- end }}

{{- define "relight.kafka.mounts" -}}
{{- if include "relight.kafka.ca" .root }}
- {name: kafka-ca, mountPath: /etc/relight/kafka-ca, readOnly: true}
{{- end }}
{{- if eq (include "relight.kafka.auth" .root) "tls" }}
- {name: kafka-user, mountPath: /etc/relight/kafka-user, readOnly: true}
{{- end }}
{{- end }}

{{- define "relight.kafka.volumes" -}}
{{- with include "relight.kafka.ca" .root }}
- name: kafka-ca
  {{- include "relight.ca" . | nindent 2 }}
{{- end }}
{{- if eq (include "relight.kafka.auth" .root) "tls" }}
- name: kafka-user
  secret: {secretName: {{ include "relight.kafka.credentials" . }}, defaultMode: 0440, optional: false}
{{- end }}
{{- end }}

{{- /* As a properties file, sorted; the backslash is its only special character in a value here. */ -}}
{{- define "relight.settings" -}}
{{- range $name, $value := . }}
{{ $name }}={{ if kindIs "float64" $value }}{{ eq (float64 (int64 $value)) $value | ternary (int64 $value) $value }}{{ else }}{{ $value | toString | replace "\\" "\\\\" }}{{ end }}
{{- end }}
{{- end }}

{{- define "relight.java" -}}
{{- with . }}
- name: JDK_JAVA_OPTIONS
  value: {{ . | quote }}
{{- end }}
{{- end }}
