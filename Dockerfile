# GraphiQL is bundled in one stage, the gateway built in another and run in a third, from locked
# packages whose hashes are checked.
FROM node:20.19.5-bookworm-slim AS page
WORKDIR /page/gateway/graphiql
COPY gateway/graphiql ./
RUN npm ci
RUN npm run build

FROM python:3.13.5-slim-bookworm AS build
WORKDIR /build
COPY requirements.lock ./
RUN python -m venv /opt/gateway
RUN /opt/gateway/bin/python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock
COPY pyproject.toml README.md ./
COPY gateway gateway
COPY --from=page /page/gateway/edge/graphiql gateway/edge/graphiql
COPY schema schema
RUN /opt/gateway/bin/python -m pip wheel --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir dist .
RUN /opt/gateway/bin/python -m pip install --no-cache-dir --disable-pip-version-check --no-deps --no-index --find-links dist crm-labels-gateway

FROM python:3.13.5-slim-bookworm
COPY --from=build /opt/gateway /opt/gateway
# Nothing is ever written: run it with a read-only root.
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 GATEWAY_LOG_FORMAT=json
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["/opt/gateway/bin/python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
ENTRYPOINT ["/opt/gateway/bin/crm-labels"]
CMD ["serve", "--host", "0.0.0.0"]
