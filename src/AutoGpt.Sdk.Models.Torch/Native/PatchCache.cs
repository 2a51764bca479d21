using System.Security.Cryptography;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>Keeps patched copies in a folder only this user writes to, under the hash of the file they were made from.</summary>
internal static class PatchCache
{
    /// <summary>Writes a copy where it is not there with exactly these bytes, as a whole or not at all.</summary>
    /// <returns>The copy's path.</returns>
    public static string Write(LibTorchOptions options, string name, byte[] original, byte[] patched)
    {
        string folder = Path.Combine(Root(options), "native", Convert.ToHexStringLower(SHA256.HashData(original)));
        string path = Path.Combine(folder, name);

        // Code is loaded from here: what lies there is trusted only when it equals what would be written.
        if (File.Exists(path) && new FileInfo(path).Length == patched.Length && File.ReadAllBytes(path).AsSpan().SequenceEqual(patched))
        {
            return path;
        }

        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        string temporary = Path.Combine(folder, $".{name}.{Guid.NewGuid():N}.tmp");
        try
        {
            File.WriteAllBytes(temporary, patched);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }

        return path;
    }

    private static string Root(LibTorchOptions options)
    {
        string? root = options.CacheFolder is { Length: > 0 } chosen ? chosen : Environment.GetEnvironmentVariable(LibTorchOptions.CacheVariable);
        if (string.IsNullOrEmpty(root))
        {
            string? cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
            string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            cache = Path.IsPathRooted(cache) ? cache : home.Length > 0 ? Path.Combine(home, ".cache") : null;
            root = cache is null ? null : Path.Combine(cache, "autogpt");
        }

        // A shared temporary folder is no substitute: others could put their code there first.
        return root is null ? throw new IOException("this user has no home folder and no cache folder was named.") : Path.GetFullPath(root);
    }
}
