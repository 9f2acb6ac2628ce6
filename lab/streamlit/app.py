"""A Streamlit page with an upload, whose XSRF protection is on."""

import streamlit

streamlit.file_uploader("file")
