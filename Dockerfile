# LeakGuard as an image: two stages, every package by hash and from wheels only, no build tools in the result.
#
#   docker build -t leakguard .
#   docker run --read-only --cap-drop ALL --security-opt no-new-privileges --tmpfs /tmp \
#       -v ./etc:/etc/leakguard:ro -v leakguard-state:/var/lib/leakguard -p 25:2525 leakguard
#
# RUN lines use $VENV, $STATE and relative paths only: scripts/prove-dockerfile runs them without an engine.

FROM python:3.11-slim-bookworm AS build
ENV VENV=/opt/leakguard STATE=/var/lib/leakguard PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /build
COPY requirements ./requirements
RUN python3 -m venv "$VENV"
RUN "$VENV/bin/pip" install --require-hashes --only-binary :all: -r requirements/runtime.lock
RUN python3 -m venv tools
RUN tools/bin/pip install --require-hashes --only-binary :all: -r requirements/build.lock
COPY pyproject.toml README.md LICENSE ./
COPY leakguard ./leakguard
RUN tools/bin/pip wheel --no-index --no-deps --no-build-isolation --wheel-dir wheels .
RUN "$VENV/bin/pip" install --no-index --no-deps wheels/leakguard-*.whl
RUN "$VENV/bin/pip" check && "$VENV/bin/pip" uninstall --yes pip setuptools
RUN install -d -m 0700 -o 10001 -g 10001 "$STATE"

FROM python:3.11-slim-bookworm
RUN apt-get update && apt-get install -y --no-install-recommends libarchive13 tesseract-ocr-eng \
    && rm -rf /var/lib/apt/lists/*
ENV PATH=/opt/leakguard/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
COPY --from=build /opt/leakguard /opt/leakguard
COPY --from=build --chown=10001:10001 /var/lib/leakguard /var/lib/leakguard
WORKDIR /var/lib/leakguard
USER 10001:10001
VOLUME /var/lib/leakguard
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
    CMD ["leakguard", "health", "--config", "/etc/leakguard/config.yaml"]
ENTRYPOINT ["leakguard", "serve", "--config", "/etc/leakguard/config.yaml"]
