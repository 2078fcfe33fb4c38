# comment
FROM python:3.14-slim AS base
WORKDIR /app
COPY requirements.txt .
ENV PYTHONUNBUFFERED=1 PATH="/x:$PATH"
RUN pip install --no-cache-dir -r requirements.txt \
    && rm -rf /tmp/*
EXPOSE 8000
CMD ["uvicorn", "app:app", "--host", "0.0.0.0"]
