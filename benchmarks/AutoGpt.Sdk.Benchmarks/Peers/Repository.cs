namespace AutoGpt.Sdk.Benchmarks.Peers;

/// <summary>Where the repository and the peers' cache folder lie.</summary>
internal static class Repository
{
    /// <summary>The folder of the solution, from the working directory or from where this program was built.</summary>
    public static string Root { get; } = Above(Environment.CurrentDirectory) ?? Above(AppContext.BaseDirectory)
        ?? throw new DirectoryNotFoundException("AutoGpt.Sdk.sln is in no folder above; run it inside the repository.");

    /// <summary>What setup.sh uses too, with a folder for models.</summary>
    public static string Cache { get; } = Environment.GetEnvironmentVariable("AUTOGPT_PEERS") is { Length: > 0 } given ? given
        : Path.Combine(
            Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } caches ? caches
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
            "autogpt-peers");

    private static string? Above(string folder)
    {
        for (string? at = folder; at is not null; at = Path.GetDirectoryName(at))
        {
            if (File.Exists(Path.Combine(at, "AutoGpt.Sdk.sln")))
            {
                return at;
            }
        }

        return null;
    }
}
