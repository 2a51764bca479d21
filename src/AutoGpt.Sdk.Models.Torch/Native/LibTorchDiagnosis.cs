using System.Text;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>How the loading of libtorch went. Immutable.</summary>
/// <param name="State">The outcome.</param>
/// <param name="Attempts">What was tried, in order, one sentence each.</param>
public sealed record LibTorchDiagnosis(LibTorchState State, IReadOnlyList<string> Attempts)
{
    /// <summary>The file of TorchSharp's native half that is in use; null where the system's own search found it or nothing was loaded.</summary>
    public string? NativeLibrary { get; init; }

    /// <summary>Why it failed, or null.</summary>
    public string? Failure { get; init; }

    /// <summary>What to install or change, or null where all is well.</summary>
    public string? Remedy { get; init; }

    /// <summary>The diagnosis as text, one finding a line.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(State switch
        {
            LibTorchState.Loaded => "libtorch is loaded.",
            LibTorchState.LoadedFromPatchedCopy => "libtorch is loaded, with a patched copy of TorchSharp's native library.",
            _ => $"libtorch could not be loaded: {Failure}",
        });
        if (Remedy is not null)
        {
            text.Append('\n').Append("What to do: ").Append(Remedy);
        }

        foreach (string attempt in Attempts)
        {
            text.Append("\n- ").Append(attempt);
        }

        return text.ToString();
    }
}

/// <summary>The outcome of loading libtorch.</summary>
public enum LibTorchState
{
    /// <summary>It could not be loaded.</summary>
    NotAvailable,

    /// <summary>It is loaded from the package's own files.</summary>
    Loaded,

    /// <summary>It is loaded, with a copy of TorchSharp's native library that asks less of the system's C++ runtime.</summary>
    LoadedFromPatchedCopy,
}
