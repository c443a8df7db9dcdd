"""Bytes -> spans, parts, gaps. One file per format; limits are an argument; nothing here touches the outside."""
