# One container, one process, no root. `/data` holds the database and is the only place that is written to.
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 TOCSIN_STORE_PATH=/data/tocsin.db
WORKDIR /app

COPY requirements/run.txt requirements/run.txt
RUN pip install --no-cache-dir --require-hashes --requirement requirements/run.txt

COPY bot bot
COPY handlers handlers
COPY config config
RUN python -m compileall -q bot handlers

RUN useradd --system --uid 10001 --no-create-home tocsin && install --directory --owner=tocsin --mode=0700 /data
USER 10001
VOLUME /data

HEALTHCHECK --interval=1m --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f\"http://127.0.0.1:{os.environ.get('TOCSIN_WEB_PORT') or 8760}/healthz\", timeout=5)"]

ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
