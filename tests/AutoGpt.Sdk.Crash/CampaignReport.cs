using System.Globalization;

namespace AutoGpt.Sdk.Crash;

/// <summary>What a campaign saw.</summary>
internal sealed class CampaignReport
{
    private readonly SortedDictionary<string, int> _moments = new(StringComparer.Ordinal);
    private readonly List<string> _faults = [];

    public int Kills { get; private set; }

    public int Runs { get; set; }

    /// <summary>Ends of steps that the victim told of.</summary>
    public int Acknowledged { get; set; }

    /// <summary>Steps whose tool has acted.</summary>
    public int Effects { get; set; }

    /// <summary>Steps of which nobody knows whether they acted, and that were not called again.</summary>
    public int Unknown { get; set; }

    public IReadOnlyList<string> Faults => _faults;

    /// <summary>Where the kills fell, by what the victim had said last.</summary>
    public IReadOnlyDictionary<string, int> Moments => _moments;

    /// <summary>Kills that fell while a tool was running.</summary>
    public int WithinSteps => _moments.Where(pair => pair.Key.StartsWith("within", StringComparison.Ordinal)).Sum(pair => pair.Value);

    public void Fault(string fault) => _faults.Add(fault);

    public void Count(IReadOnlyList<string> lines)
    {
        Kills++;
        HashSet<string> begun = [], acted = [];
        foreach (string[] line in lines.Select(line => line.Split(' ')))
        {
            switch (line[0])
            {
                case "begin":
                    begun.Add(line[1]);
                    break;
                case "effect":
                    acted.Add(line[1]);
                    break;
                case "done":
                    begun.Remove(line[1]);
                    acted.Remove(line[1]);
                    break;
            }
        }

        string moment = lines.Any(line => line.StartsWith("end ", StringComparison.Ordinal)) ? "after the run"
            : begun.Count == 0 ? "between steps"
            : acted.Count == 0 ? "within a step, before its effect"
            : acted.Count == begun.Count ? "within a step, after its effect"
            : "within two steps, one before and one after its effect";
        _moments[moment] = _moments.GetValueOrDefault(moment) + 1;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Kills} kills in {Runs} runs: {Acknowledged} acknowledged steps, {Effects} effects, {Unknown} steps left unknown, {Faults.Count} faults\n")
        + string.Join('\n', _moments.Select(pair => string.Create(CultureInfo.InvariantCulture, $"  {pair.Value,5}  {pair.Key}")))
        + string.Concat(Faults.Take(20).Select(fault => "\n  FAULT " + fault));
}
