namespace AutoGpt.Sdk.Models.Torch;

/// <summary>Where libtorch is looked for and where a patched copy may be kept.</summary>
public sealed class LibTorchOptions
{
    /// <summary>The environment variable that names the cache folder where <see cref="CacheFolder"/> does not.</summary>
    public const string CacheVariable = "AUTOGPT_CACHE";

    /// <summary>The environment variable that names folders to search where <see cref="SearchFolders"/> names none.</summary>
    public const string FolderVariable = "AUTOGPT_LIBTORCH";

    /// <summary>
    /// The folder for the patched copy, created where absent. Default: the environment variable <c>AUTOGPT_CACHE</c>, else <c>autogpt</c> in the
    /// user's cache folder (<c>XDG_CACHE_HOME</c>, else <c>~/.cache</c>). Only this user may be able to write to it: code is loaded from it.
    /// </summary>
    public string? CacheFolder { get; set; }

    /// <summary>
    /// Folders to search for the native files, before those the runtime and the application's folder give: for a libtorch that is on the machine already, such as the
    /// one with CUDA in the folder <c>torch/lib</c> of a PyTorch of the same version. Default: those in the environment variable <c>AUTOGPT_LIBTORCH</c>, separated like those in <c>PATH</c>.
    /// </summary>
    public IList<string> SearchFolders { get; } = [];
}
