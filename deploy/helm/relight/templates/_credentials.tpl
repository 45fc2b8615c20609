{{- define "relight.ssh" -}}
{{- range $name, $it := . }}
{{- $key := printf "relight.ssh.credentials.%s" $name }}
{{ $key }}.user={{ $it.user }}
{{- with $it.privateKey }}
{{ $key }}.private-key=/etc/relight/ssh/{{ . }}
{{- end }}
{{- with $it.passphrase }}
{{ $key }}.passphrase-file=/etc/relight/ssh/{{ . }}
{{- end }}
{{- with $it.password }}
{{ $key }}.password-file=/etc/relight/ssh/{{ . }}
{{- end }}
{{- include "relight.scope" (list $key $it) }}
{{- with $it.jump }}
{{ $key }}.jump.address={{ .address }}
{{ $key }}.jump.port={{ .port | default 22 }}
{{ $key }}.jump.credential={{ .credential }}
{{- end }}
{{- end }}
{{- end }}

{{- define "relight.http" -}}
{{- range $name, $it := . }}
{{- $key := printf "relight.http.credentials.%s" $name }}
{{ $key }}.user={{ $it.user }}
{{ $key }}.password-file=/etc/relight/http/{{ $it.password }}
{{- with $it.scheme }}
{{ $key }}.scheme={{ . }}
{{- end }}
{{- with $it.port }}
{{ $key }}.port={{ . }}
{{- end }}
{{- with $it.ca }}
{{ $key }}.ca=/etc/relight/http/{{ . }}
{{- end }}
{{- include "relight.scope" (list $key $it) }}
{{- end }}
{{- end }}

{{- define "relight.scope" -}}
{{- $key := index . 0 }}
{{- with (index . 1).networks }}
{{ $key }}.networks={{ join "," . }}
{{- end }}
{{- with (index . 1).profiles }}
{{ $key }}.profiles={{ join "," . }}
{{- end }}
{{- end }}

{{- /* What a schema of single values cannot say. */ -}}
{{- define "relight.check" -}}
{{- with .Values }}
{{- if not (or .postgres.host .postgres.cluster.enabled) }}
{{- fail "postgres.host is missing: name your PostgreSQL, or set postgres.cluster.enabled to have one made by CloudNativePG" }}
{{- end }}
{{- if and .postgres.host .postgres.cluster.enabled }}
{{- fail "postgres.host and postgres.cluster.enabled exclude each other" }}
{{- end }}
{{- if not .postgres.credentialsSecret }}
{{- fail "postgres.credentialsSecret is missing: the name of a Secret with the keys username and password" }}
{{- end }}
{{- if .kafka.strimzi.enabled }}
{{- if .kafka.bootstrapServers }}
{{- fail "kafka.bootstrapServers and kafka.strimzi.enabled exclude each other" }}
{{- end }}
{{- if not .kafka.strimzi.cluster }}
{{- fail "kafka.strimzi.cluster is missing: the name of the Kafka resource" }}
{{- end }}
{{- else }}
{{- if not .kafka.bootstrapServers }}
{{- fail "kafka.bootstrapServers is missing: name your brokers, or set kafka.strimzi.enabled" }}
{{- end }}
{{- if and (ne .kafka.auth "none") (not .kafka.credentialsSecret) }}
{{- fail (printf "kafka.credentialsSecret is missing, as kafka.auth is %s" .kafka.auth) }}
{{- end }}
{{- end }}
{{- if gt (int .kafka.minInsyncReplicas) (int .kafka.replicationFactor) }}
{{- fail "kafka.minInsyncReplicas is above kafka.replicationFactor: nothing could be written" }}
{{- end }}
{{- if and .controlPlane.ingress.enabled (not .controlPlane.ingress.host) }}
{{- fail "controlPlane.ingress.host is missing" }}
{{- end }}
{{- if and .controlPlane.route.enabled (not .controlPlane.route.gateways) }}
{{- fail "controlPlane.route.gateways is missing: which Gateways the route belongs to" }}
{{- end }}
{{- if and .workers.autoscaling.enabled (not .workers.autoscaling.connectionSecret) }}
{{- fail "workers.autoscaling.connectionSecret is missing: a Secret with the key connection, for KEDA to read PostgreSQL" }}
{{- end }}
{{- if and (or .postgres.cluster.backup .postgres.cluster.plugins) (not .postgres.cluster.scheduledBackup) }}
{{- fail "postgres.cluster.scheduledBackup is missing: WAL without a base backup restores nothing" }}
{{- end }}
{{- if and .workers.autoscaling.enabled (gt (int .workers.autoscaling.maxReplicas) (int .kafka.commandPartitions)) }}
{{- fail "workers.autoscaling.maxReplicas is above kafka.commandPartitions: some would never have work" }}
{{- end }}
{{- if lt (int .workers.autoscaling.maxReplicas) (int .workers.autoscaling.minReplicas) }}
{{- fail "workers.autoscaling.maxReplicas is below workers.autoscaling.minReplicas" }}
{{- end }}
{{- if and .workers.ssh.credentials (not .workers.ssh.secret) }}
{{- fail "workers.ssh.secret is missing: the Secret with known_hosts and the files that workers.ssh.credentials name" }}
{{- end }}
{{- if and .workers.http.credentials (not .workers.http.secret) }}
{{- fail "workers.http.secret is missing: the Secret with the files that workers.http.credentials name" }}
{{- end }}
{{- range $pool, $given := .workers.pools }}
{{- if and $.Values.networkPolicy.enabled (not $given.networks) }}
{{- fail (printf "workers.pools.%s.networks is missing: the CIDRs of its hosts, without which no worker can reach one" $pool) }}
{{- end }}
{{- if gt (int ($given.replicas | default 2)) (int $.Values.kafka.commandPartitions) }}
{{- fail (printf "workers.pools.%s.replicas is above kafka.commandPartitions: some would never have work" $pool) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
