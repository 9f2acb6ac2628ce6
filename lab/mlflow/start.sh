# MLflow's server with its own check of hosts and origins.
exec mlflow server --host 127.0.0.1 --port "$PORT" --backend-store-uri "sqlite:///$RUN/mlflow.db" --workers 1 --allowed-hosts "127.0.0.1:*,mlflow.shop.example" --cors-allowed-origins "https://app.example"
