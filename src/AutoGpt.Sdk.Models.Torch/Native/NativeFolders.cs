using System.Runtime.InteropServices;
using TorchSharp;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>The folders in which an application's native files may lie.</summary>
internal static class NativeFolders
{
    public static IEnumerable<string> Find(LibTorchOptions options) =>
        (options.SearchFolders.Count > 0 ? options.SearchFolders : OfVariable()).Concat(OfApplication()).Where(Directory.Exists).Select(folder => Path.GetFullPath(folder)).Distinct(StringComparer.Ordinal);

    private static IEnumerable<string> OfVariable() =>
        (Environment.GetEnvironmentVariable(LibTorchOptions.FolderVariable) ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<string> OfApplication()
    {
        // What the host read from the application's deps.json: right for published, framework-dependent and single-file applications alike.
        string known = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "";
        foreach (string folder in known.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            yield return folder;
        }

        // A plug-in's or test host's deps.json is not the application's: look beside the assemblies too.
#pragma warning disable IL3000 // Empty in a single-file application, where the folders above hold everything.
        string? beside = Path.GetDirectoryName(typeof(torch).Assembly.Location);
#pragma warning restore IL3000
        foreach (string? root in (string?[])[AppContext.BaseDirectory, beside])
        {
            if (!string.IsNullOrEmpty(root))
            {
                yield return root;
                yield return Path.Combine(root, "runtimes", $"linux-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}", "native");
            }
        }
    }
}
