namespace AutoGpt.Sdk.Models.Torch;

/// <summary>libtorch could not be loaded. The message says what was tried, why it failed and what to install.</summary>
public sealed class LibTorchException : AutoGptException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="diagnosis">What was found out.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public LibTorchException(LibTorchDiagnosis diagnosis, Exception? innerException = null)
        : base(diagnosis?.ToString() ?? throw new ArgumentNullException(nameof(diagnosis)), innerException)
    {
        Diagnosis = diagnosis;
    }

    /// <summary>What was tried and why it failed.</summary>
    public LibTorchDiagnosis Diagnosis { get; }
}
