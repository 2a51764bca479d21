using System.Globalization;

namespace AutoGpt.Sdk.TrainingCrash;

/// <summary>What a campaign saw.</summary>
internal sealed class CampaignReport
{
    private readonly SortedDictionary<string, int> _moments = new(StringComparer.Ordinal);
    private readonly List<string> _faults = [];

    public int Kills { get; private set; }

    /// <summary>Runs that came to their end.</summary>
    public int Runs { get; set; }

    /// <summary>Checkpoints that had to be there after a kill, because the victim had told of them or the kill before had left them.</summary>
    public int Acknowledged { get; set; }

    public IReadOnlyList<string> Faults => _faults;

    /// <summary>Where the kills fell, by what the victim had said last and by what they left.</summary>
    public IReadOnlyDictionary<string, int> Moments => _moments;

    /// <summary>Kills that fell while a checkpoint was written or put in place.</summary>
    public int WithinCheckpoints => _moments.Where(pair => pair.Key.StartsWith("within", StringComparison.Ordinal)).Sum(pair => pair.Value);

    public void Fault(string fault) => _faults.Add(fault);

    public void Expect(bool holds, string fault)
    {
        if (!holds)
        {
            Fault(fault);
        }
    }

    /// <summary>Counts a kill.</summary>
    public void Count(Life life, string folder)
    {
        Kills++;
        string? within = new[] { "last", "best" }.Select(name => (name, Moment: RunFolder.Moment(folder, name))).Where(each => each.Moment is not ("in place" or "none"))
            .Select(each => $"within a checkpoint: {each.name}/ {each.Moment}").FirstOrDefault();
        string moment = life.Ended ? "after the run"
            : within ?? (!life.Lines.Any(line => line.StartsWith("begin", StringComparison.Ordinal)) ? "while opening" : "between checkpoints");
        _moments[moment] = _moments.GetValueOrDefault(moment) + 1;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Kills} kills in {Runs} runs: {Acknowledged} checkpoints that had to be there, {Faults.Count} faults\n")
        + string.Join('\n', _moments.Select(pair => string.Create(CultureInfo.InvariantCulture, $"  {pair.Value,5}  {pair.Key}")))
        + string.Concat(Faults.Take(20).Select(fault => "\n  FAULT " + fault));
}
