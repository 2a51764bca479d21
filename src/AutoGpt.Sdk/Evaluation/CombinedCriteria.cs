namespace AutoGpt.Sdk;

/// <summary>Several criteria at once, in Kleene's logic: what could not be found out decides nothing.</summary>
internal abstract class CombinedCriterion : Criterion
{
    protected CombinedCriterion(IEnumerable<Criterion> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        Parts = [.. parts.SelectMany(part =>
        {
            ArgumentNullException.ThrowIfNull(part, nameof(parts));
            return part.GetType() == GetType() ? ((CombinedCriterion)part).Parts : [part];
        })];
        if (Parts.Count == 0)
        {
            throw new ArgumentException("At least one criterion is needed.", nameof(parts));
        }
    }

    protected IReadOnlyList<Criterion> Parts { get; }

    protected static CriterionResult Join(bool? holds, IReadOnlyList<CriterionResult> results, string word) => results.Count == 1 && results[0].Holds == holds
        ? results[0]
        : new CriterionResult(holds, string.Join(word, results.Select(result => result.Expected)), string.Join(" and ", results.Select(result => result.Found).Distinct()));

    protected static string Described(Criterion part) => part is CombinedCriterion { Parts.Count: > 1 } ? $"({part.Expected})" : part.Expected;
}

internal sealed class AllCriterion(IEnumerable<Criterion> parts) : CombinedCriterion(parts)
{
    public override string Expected => string.Join(" and ", Parts.Select(Described));

    protected override async ValueTask<CriterionResult> CheckCoreAsync(EvaluationContext context, CancellationToken cancellationToken)
    {
        List<CriterionResult> results = [];
        foreach (Criterion part in Parts)
        {
            results.Add(await part.CheckAsync(context, cancellationToken).ConfigureAwait(false));
        }

        CriterionResult[] against = [.. results.Where(result => result.Holds != true)];
        bool? holds = against.Length == 0 ? true : Array.Exists(against, result => result.Holds == false) ? false : null;
        return Join(holds, against.Length == 0 ? results : against, " and ");
    }
}

internal sealed class AnyCriterion(IEnumerable<Criterion> parts) : CombinedCriterion(parts)
{
    public override string Expected => string.Join(" or ", Parts.Select(Described));

    protected override async ValueTask<CriterionResult> CheckCoreAsync(EvaluationContext context, CancellationToken cancellationToken)
    {
        List<CriterionResult> results = [];
        foreach (Criterion part in Parts)
        {
            CriterionResult result = await part.CheckAsync(context, cancellationToken).ConfigureAwait(false);
            if (result.Holds == true)
            {
                return result;
            }

            results.Add(result);
        }

        return Join(results.Exists(result => result.Holds is null) ? null : false, results, " or ");
    }
}

internal sealed class NotCriterion : Criterion
{
    private readonly Criterion _criterion;

    public NotCriterion(Criterion criterion)
    {
        ArgumentNullException.ThrowIfNull(criterion);
        _criterion = criterion;
    }

    public override string Expected => $"not ({_criterion.Expected})";

    protected override async ValueTask<CriterionResult> CheckCoreAsync(EvaluationContext context, CancellationToken cancellationToken)
    {
        CriterionResult result = await _criterion.CheckAsync(context, cancellationToken).ConfigureAwait(false);
        return new CriterionResult(!result.Holds, $"not ({result.Expected})", result.Found);
    }
}
