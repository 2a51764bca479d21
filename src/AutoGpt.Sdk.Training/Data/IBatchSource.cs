namespace AutoGpt.Sdk.Training;

/// <summary>
/// Where training batches come from. A batch is a function of its number alone, so that a resumed run sees what an uninterrupted one would have seen
/// without any saved state.
/// </summary>
/// <typeparam name="TBatch">What a batch is.</typeparam>
public interface IBatchSource<out TBatch>
{
    /// <summary>Identifies data and batching: a run is not resumed on other data.</summary>
    string Fingerprint { get; }

    /// <summary>Longest row, in tokens.</summary>
    int MaximumLength { get; }

    /// <summary>A batch to learn from.</summary>
    /// <param name="index">From 0; every number has a batch. The same number gives the same batch.</param>
    TBatch GetTrainingBatch(long index);

    /// <summary>Batches to measure on, the same at every call.</summary>
    /// <param name="maximum">How many at most, at least 1.</param>
    /// <returns>No batch where nothing was held out.</returns>
    IEnumerable<TBatch> GetValidationBatches(int maximum);
}

/// <summary>Where batches of tokens and what follows them come from.</summary>
public interface IBatchSource : IBatchSource<TokenBatch>;
