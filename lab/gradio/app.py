"""A Gradio application with a login."""

import os

import gradio

with gradio.Blocks(analytics_enabled=False) as page:
    gradio.Textbox("hello")
page.launch(
    server_name="127.0.0.1", server_port=int(os.environ["PORT"]), auth=("ann", "example"), quiet=True, share=False
)
