namespace AutoGpt.Sdk.Benchmarks.Peers;

/// <summary>A cell of the comparison: both sides' tokens a second and the read bandwidth, round by round.</summary>
internal sealed record CellResult(
    string Model, string Type, PeerCell Cell, long BytesPerToken, IReadOnlyList<double> Ours, IReadOnlyList<double> Theirs, IReadOnlyList<double> Bandwidth)
{
    /// <summary>Ours over theirs of each round: the machine's speed moves between rounds, less within one.</summary>
    public IReadOnlyList<double> Ratios { get; } = [.. Ours.Zip(Theirs, (ours, theirs) => ours / theirs)];

    public double Ratio => Statistics.Median(Ratios);

    public double Speed => Statistics.Median(Ours);

    public double PeerSpeed => Statistics.Median(Theirs);

    /// <summary>Bytes of weights a second over the read bandwidth of the same round; only where a step reads the weights once for one token.</summary>
    public double? BandwidthShare => Cell == PeerCell.Decode ? Statistics.Median(Ours.Zip(Bandwidth, (speed, bandwidth) => speed * BytesPerToken / bandwidth)) : null;

    /// <summary>What the JSON output has.</summary>
    public object ToRow() => new
    {
        type = "row", model = Model, weights = Type, cell = Cell.ToString(), tokensPerSecond = Speed, peerTokensPerSecond = PeerSpeed, ratio = Ratio, ratioLeast = Ratios.Min(), ratioMost = Ratios.Max(),
        bytesPerToken = BytesPerToken, bandwidthGBs = Statistics.Median(Bandwidth) / 1e9, bandwidthShare = BandwidthShare, ours = Ours, theirs = Theirs, bandwidth = Bandwidth,
    };
}
