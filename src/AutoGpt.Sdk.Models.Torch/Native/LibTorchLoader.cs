using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>Finds and loads libtorch and TorchSharp's native library on Linux, from a patched copy where the plain load fails.</summary>
/// <param name="options">Where a patched copy may be kept.</param>
/// <param name="folders">Where to look, in order.</param>
internal sealed partial class LibTorchLoader(LibTorchOptions options, params string[] folders)
{
    internal const string InstallPackage =
        "add the package TorchSharp-cpu (or one of TorchSharp-cuda-*) in the version of TorchSharp to the application, and build it for this system.";

    private const string Bridge = "libLibTorchSharp.so";
    private const int MissingVersionLimit = 4;

    // Each needs those before it; loaded by path they resolve one another by name wherever the patched copy lies.
    private static readonly string[] Dependencies = ["libgomp*.so*", "libc10.so", "libtorch_cpu.so", "libtorch.so"];

    private readonly List<string> _attempts = [];

    public static LibTorchDiagnosis NotAvailable(IReadOnlyList<string> attempts, string failure, string remedy) =>
        new(LibTorchState.NotAvailable, attempts) { Failure = failure, Remedy = remedy };

    public LibTorchDiagnosis Load()
    {
        string? bridge = Find(Bridge);
        string? library = Find("libtorch_cpu.so");
        if (bridge is null || library is null)
        {
            _attempts.Add($"Looked for {Bridge} and libtorch_cpu.so in {string.Join(", ", folders)}.");
            string missing = bridge is null && library is null ? $"neither {Bridge} nor libtorch_cpu.so was found."
                : bridge is null ? $"{Bridge}, TorchSharp's native library, was not found; libtorch itself is there ({library})."
                : $"libtorch_cpu.so was not found; TorchSharp's own native library is there ({bridge}).";
            return NotAvailable(_attempts, missing, InstallPackage);
        }

        foreach (string pattern in Dependencies)
        {
            if (Find(pattern) is string file && TryLoad(file) is string error)
            {
                return NotAvailable(_attempts, error, "restore the packages anew: a file is damaged, or made for another system.");
            }
        }

        return TryLoad(bridge) is not string failure
            ? new LibTorchDiagnosis(LibTorchState.Loaded, _attempts) { NativeLibrary = bridge }
            : LoadPatched(bridge, failure);
    }

    private LibTorchDiagnosis LoadPatched(string bridge, string failure)
    {
        const string Upgrade = "use a system whose libstdc++ has GLIBCXX_3.4.32 (GCC 13.2 or later: Debian 13, Ubuntu 24.04), or ";
        try
        {
            byte[] original = File.ReadAllBytes(bridge);
            byte[] patched = [.. original];
            for (int i = 0; i < MissingVersionLimit; i++)
            {
                if (MissingVersion().Match(failure) is not { Success: true } match)
                {
                    return NotAvailable(_attempts, failure, "restore the packages anew: a file is damaged, or made for another system.");
                }

                ElfVersionPatch.MakeOptional(patched, match.Groups["version"].Value);
                string copy = PatchCache.Write(options, Bridge, original, patched);
                if (TryLoad(copy) is not string next)
                {
                    return new LibTorchDiagnosis(LibTorchState.LoadedFromPatchedCopy, _attempts) { NativeLibrary = copy };
                }

                failure = next;
            }

            return NotAvailable(_attempts, failure, Upgrade + "a newer TorchSharp.");
        }
        catch (InvalidDataException exception)
        {
            _attempts.Add($"Tried to patch a copy of {bridge}: {exception.Message}");
            return NotAvailable(_attempts, failure, Upgrade + "restore the packages anew if the file is damaged.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _attempts.Add($"Tried to write a patched copy of {bridge}: {exception.Message}");
            return NotAvailable(_attempts, failure, Upgrade + $"name a folder this user can write to in {LibTorchOptions.CacheVariable}.");
        }
    }

    /// <summary>Loads a file; the system's complaint, or null when it is loaded.</summary>
    private string? TryLoad(string file)
    {
        try
        {
            if (ElfCompleteness.Fault(file) is string fault)
            {
                _attempts.Add($"Did not load {file}: {fault}");
                return fault;
            }

            NativeLibrary.Load(file);
            _attempts.Add($"Loaded {file}.");
            return null;
        }
        catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException or IOException or UnauthorizedAccessException)
        {
            string error = exception.Message.Trim().ReplaceLineEndings(" ");
            _attempts.Add($"Tried to load {file}: {error}");
            return error;
        }
    }

    private string? Find(string pattern) =>
        folders.SelectMany(folder => Directory.EnumerateFiles(folder, pattern).Order(StringComparer.Ordinal)).FirstOrDefault();

    [GeneratedRegex(@"version [`'](?<version>GLIBCXX_[0-9.]+)' not found", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex MissingVersion();
}
