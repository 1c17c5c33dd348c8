# The desk in a container: not root, and nothing but /data is written to, so that the root file system can be
# read-only. Build: docker build -t crossbeat . — run: see compose.yaml and docs/administrators.md.

# A tag may be another image tomorrow. For one that cannot change, name it by its digest, which this says:
#   docker buildx imagetools inspect python:3.11-slim --format '{{.Manifest.Digest}}'
#   docker build --build-arg BASE=python:3.11-slim@sha256:… -t crossbeat .
ARG BASE=python:3.11-slim

FROM ${BASE} AS build
WORKDIR /src
RUN python -m venv /opt/crossbeat
COPY constraints.txt pyproject.toml README.md LICENSE ./
COPY bot bot
COPY handlers handlers
COPY matching matching
COPY sandbox sandbox
COPY storage storage
COPY web web
COPY workflow workflow
# Compiled here, since nothing can be written at run time: a start without bytecode takes a second longer.
RUN /opt/crossbeat/bin/pip install --no-cache-dir --compile -c constraints.txt .

FROM ${BASE}
RUN useradd --system --uid 10001 --no-create-home --home-dir /data crossbeat \
    && install -d -o 10001 -g 10001 -m 0700 /data /months
COPY --from=build /opt/crossbeat /opt/crossbeat
ENV PATH=/opt/crossbeat/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    CROSSBEAT_STORAGE__URL=sqlite+aiosqlite:////data/crossbeat.db \
    CROSSBEAT_STORAGE__KEY_FILE=/run/secrets/crossbeat_key \
    CROSSBEAT_WEB__LISTEN=0.0.0.0:8643 \
    CROSSBEAT_LOG__FORMAT=json
# The key is given from outside (--mount type=bind,src=…,dst=/run/secrets/crossbeat_key,readonly) and never made in
# here: it must not lie beside what it opens, nor go with the container. Keys of months (CROSSBEAT_STORAGE__MONTHS) are
# written while it runs: /months takes a volume for them.
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8643
# To the process itself, which waits for handlers and messages under way: [telegram] stop_timeout.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8643/healthz', timeout=4)"]
# Without a shell between: signals arrive.
ENTRYPOINT ["crossbeat"]
CMD ["run"]
