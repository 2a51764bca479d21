namespace AutoGpt.Sdk.Benchmarks.Peers;

/// <summary>One side of a comparison, with a model loaded. Speeds are tokens a second; all sides read the same ids.</summary>
internal interface ISide
{
    /// <summary>Single tokens after a prompt.</summary>
    double Decode(int prompt, int count);

    /// <summary>A prompt read at once.</summary>
    double Prefill(int count);

    /// <summary>All sequences together, a token of each a step.</summary>
    double Batch(int sequences, int count);
}
