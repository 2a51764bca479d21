namespace AutoGpt.Sdk.Models;

/// <summary>
/// Low-rank adaptation (Hu et al. 2021, "LoRA"): a frozen weight W <c>[out, in]</c> acts as W + s · B · A with A <c>[rank, in]</c> and B <c>[out, rank]</c>. Named as in PEFT's files.
/// </summary>
public sealed record LoraConfig
{
    /// <summary>Stands for all linear layers between embedding and head.</summary>
    public const string AllLinear = "all-linear";

    /// <summary>Rank of the update, at least 1. Default 8.</summary>
    public int Rank { get; init; } = 8;

    /// <summary>Strength: the factor s is <see cref="Alpha"/> / <see cref="Rank"/>. Finite. Default 16.</summary>
    public double Alpha { get; init; } = 16;

    /// <summary>Whether s is <see cref="Alpha"/> / √<see cref="Rank"/> instead, which keeps high ranks learning (Kalajdzievski 2023, "rsLoRA"). Default false.</summary>
    public bool RankStabilized { get; init; }

    /// <summary>Share of the inputs of A that is dropped in training, from 0 to below 1. Default 0.</summary>
    public double Dropout { get; init; }

    /// <summary>
    /// The linear layers: <c>q_proj</c>, <c>k_proj</c>, <c>v_proj</c>, <c>o_proj</c>, <c>gate_proj</c>, <c>up_proj</c>, <c>down_proj</c>; for a network of GPT-2's shape also <c>c_attn</c>,
    /// <c>c_proj</c>, <c>c_fc</c>; or more of a layer's path (<c>layers.3.self_attn.q_proj</c>). Default: <see cref="AllLinear"/>.
    /// </summary>
    public IReadOnlyList<string> TargetModules { get; init; } = [AllLinear];

    /// <summary>The factor of an update of some rank.</summary>
    /// <param name="rank">Its rank.</param>
    /// <param name="alpha">Its strength. Default <see cref="Alpha"/>.</param>
    internal double Scale(int rank, double? alpha = null) => (alpha ?? Alpha) / (RankStabilized ? Math.Sqrt(rank) : rank);

    /// <summary>Throws when a number is out of its range or no layer is named.</summary>
    /// <exception cref="ArgumentException">The message names the option.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Rank, 1);
        if (!double.IsFinite(Alpha))
        {
            throw new ArgumentOutOfRangeException(nameof(Alpha), Alpha, $"{nameof(Alpha)} is {Alpha}; it must be finite.");
        }

        if (Dropout is not (>= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(Dropout), Dropout, FormattableString.Invariant($"{nameof(Dropout)} is {Dropout}; it must be at least 0 and below 1."));
        }

        if (TargetModules.Count == 0 || TargetModules.Any(string.IsNullOrEmpty))
        {
            throw new ArgumentException($"{nameof(TargetModules)} names no layer, or one without a name.");
        }
    }
}
