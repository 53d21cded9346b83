"""Static files under hashed names, with the imports between our ES modules rewritten to match."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ModuleManifestStorage(CompressedManifestStaticFilesStorage):
    """Hash and compress every file; a module's `import "./other.js"` follows the hashed name."""

    support_js_module_import_aggregation = True
    # A stylesheet or module of a package may name a source map that is not shipped.
    manifest_strict = False
    # A module's name follows those of its imports, a chain of eleven and more; each pass settles one link at least.
    max_post_process_passes = 30
