# One image for each part of Daybook:
#   docker build --build-arg SERVICE=products-service .
# SERVICE is products-service, sales-service, customers-service, gateway, or daybook: the command.
ARG SERVICE=daybook

FROM python:3.13-slim-trixie AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /build
RUN python3 -m venv --without-pip /venv

# For each part, its wheel and those of the members that it is made of.
FROM build AS wheels
COPY requirements/build.lock requirements/
RUN --mount=type=cache,target=/root/.cache/pip \
    python3 -m venv /build-venv \
    && /build-venv/bin/pip install --quiet --require-hashes --requirement requirements/build.lock
COPY common common
COPY products-service products-service
COPY sales-service sales-service
COPY customers-service customers-service
COPY gateway gateway
COPY cli cli
RUN /build-venv/bin/pip wheel --quiet --no-index --no-deps --no-build-isolation --wheel-dir daybook \
        ./common ./products-service ./sales-service ./customers-service ./gateway ./cli \
    && for service in products-service sales-service customers-service gateway; do \
        mkdir --parents "made/$service" \
        && cp daybook/common-*.whl "daybook/$(echo "$service" | tr - _)"-*.whl "made/$service"; \
    done && mv daybook made/daybook

# The drivers of the database servers, one of which is compiled. The gateway has no database.
FROM build AS drivers
RUN apt-get update --quiet=2 && apt-get install --quiet=2 --yes --no-install-recommends \
        gcc libc6-dev libmariadb-dev pkg-config python3-dev >/dev/null \
    && apt-get clean && rm -rf /var/lib/apt/lists/*
COPY requirements/drivers.lock requirements/
RUN --mount=type=cache,target=/root/.cache/pip \
    python3 -m pip --python /venv/bin/python install --quiet --require-hashes \
        --requirement requirements/drivers.lock
FROM drivers AS products-service-build
FROM drivers AS sales-service-build
FROM drivers AS customers-service-build
FROM drivers AS daybook-build
FROM build AS gateway-build

# What the part's own lock names, then its wheels.
FROM ${SERVICE}-build AS installed
ARG SERVICE
COPY requirements requirements
RUN --mount=type=cache,target=/root/.cache/pip \
    lock="$(echo "${SERVICE%-service}" | sed 's/^daybook$/embedded/')" \
    && python3 -m pip --python /venv/bin/python install --quiet --require-hashes \
        --requirement "requirements/$lock.lock"
COPY --from=wheels /build/made/${SERVICE} wheels
RUN python3 -m pip --python /venv/bin/python install --quiet --no-index --no-deps wheels/*

# Everything, for ./docker-manager.sh test.
FROM drivers AS tests
RUN groupadd --gid 10001 daybook && useradd --uid 10001 --gid daybook --home-dir /tmp daybook
WORKDIR /daybook
COPY requirements requirements
RUN --mount=type=cache,target=/root/.cache/pip \
    python3 -m pip --python /venv/bin/python install --quiet --require-hashes \
        --requirement requirements/dev.lock
COPY --chown=daybook . .
RUN python3 -m pip --python /venv/bin/python install --quiet --no-index --no-deps \
        --no-build-isolation --editable common --editable products-service --editable sales-service \
        --editable customers-service --editable gateway --editable cli
USER daybook
ENTRYPOINT ["/venv/bin/python", "-m", "pytest", "-p", "no:cacheprovider"]

FROM python:3.13-slim-trixie AS runtime
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
ENV DAYBOOK_HOST=0.0.0.0 DAYBOOK_FOLDER=/tmp/daybook
RUN groupadd --gid 10001 daybook \
    && useradd --uid 10001 --gid daybook --no-create-home --home-dir /tmp --shell /usr/sbin/nologin daybook
FROM runtime AS gateway-runtime
ENV COMMAND="python -m gateway" PORT=8050
FROM runtime AS database-runtime
RUN apt-get update --quiet=2 && apt-get install --quiet=2 --yes --no-install-recommends \
        libmariadb3 >/dev/null \
    && apt-get clean && rm -rf /var/lib/apt/lists/*
FROM database-runtime AS products-service-runtime
ENV COMMAND="python -m products_service" PORT=8000
FROM database-runtime AS sales-service-runtime
ENV COMMAND="python -m sales_service" PORT=8001
FROM database-runtime AS customers-service-runtime
ENV COMMAND="python -m customers_service" PORT=8002
FROM database-runtime AS daybook-runtime
ENV COMMAND="daybook --help" DAYBOOK_PROGRAM="./docker-manager.sh daybook"

FROM ${SERVICE}-runtime
COPY --from=installed /venv /venv
USER daybook
# Of a process that was killed, its temporary files are all that is left.
CMD ["sh", "-c", "rm -rf /tmp/daybook*; exec $COMMAND"]
# Python alone, without what is installed, is there in a moment.
HEALTHCHECK --interval=3s --timeout=5s --start-period=30s CMD exec python3 -ISc "\
from http.client import HTTPConnection; \
asking = HTTPConnection('127.0.0.1', $PORT, timeout=4); \
asking.request('GET', '/readyz'); \
raise SystemExit(asking.getresponse().status != 200)"
