namespace AutoGpt.Sdk.Models;

/// <summary>Proposes what a text could go on with. Of one generation; one thread.</summary>
internal interface IDrafter : IDisposable
{
    /// <summary>Tokens it proposes at most.</summary>
    int Longest { get; }

    /// <summary>Proposes tokens to follow a generation's text.</summary>
    /// <param name="generation">Its context holds all tokens so far.</param>
    /// <param name="draft">Receives them.</param>
    /// <param name="cancellationToken">Stops proposing.</param>
    /// <returns>How many; 0 where nothing promises enough.</returns>
    ValueTask<int> ProposeAsync(Generation generation, Memory<int> draft, CancellationToken cancellationToken);

    /// <summary>Hears what became of the last proposal.</summary>
    void Observe(int proposed, int accepted);
}
