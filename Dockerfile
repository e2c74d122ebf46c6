# Three images from one file: `docker build --target sandbox|service|worker`.
#
# Plain instructions only, so that the classic builder of older engines builds it too. That builder
# runs every stage before its target, hence the order: the small sandbox first.

FROM debian:trixie-slim AS python
RUN apt-get update \
 && apt-get install --yes --no-install-recommends python3 \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/*


# Where submissions run: Python's standard library and the graders, nothing else.
FROM python AS sandbox
COPY graders /usr/lib/python3/dist-packages/graders
RUN python3 -I -m compileall -q /usr/lib/python3/dist-packages/graders \
 && python3 -I -m graders.harness.precompiled \
 && find / -xdev -type f -perm /6000 -exec chmod a-s {} + \
 && mkdir /work
# Root only until the harness has given it up, which is its first act.
USER 0:0
WORKDIR /work
CMD ["python3", "-I", "-m", "graders.harness"]


FROM python AS libraries
RUN apt-get update \
 && apt-get install --yes --no-install-recommends python3-venv
COPY requirements.lock /tmp/
RUN python3 -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --no-compile \
      --only-binary :all: --require-hashes --requirement /tmp/requirements.lock \
 && /venv/bin/pip uninstall --yes pip \
 && python3 -m compileall -q /venv/lib


FROM python AS application
COPY --from=libraries /venv /venv
ENV PATH=/venv/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONPATH=/app \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1
RUN /usr/sbin/useradd --system --uid 64000 --user-group --no-create-home --home-dir /nonexistent \
      --shell /usr/sbin/nologin interleave
COPY graders /app/graders
COPY service /app/service
COPY courses /app/courses
COPY deploy /app/deploy
WORKDIR /app


# The pages and the API. It has no workers, and no business with Docker.
FROM application AS service
RUN python3 -m compileall -q graders service
USER 64000:64000
EXPOSE 8000
CMD ["gunicorn", "--bind=0.0.0.0:8000", "--worker-class=gthread", "--no-control-socket", "service.app:serve()"]


# Celery, the command line, and the proxy through which workers reach Docker.
FROM application AS worker
COPY workers /app/workers
RUN python3 -m compileall -q graders service workers \
 && printf '#!/bin/sh\nexec python3 -m workers.cli "$@"\n' > /usr/local/bin/interleave \
 && chmod 755 /usr/local/bin/interleave \
 && install --directory --owner=64000 --group=64000 --mode=0750 /run/interleave/docker
USER 64000:64000
CMD ["celery", "--quiet", "--app=workers.celery_app", "worker"]
