namespace AutoGpt.Sdk.Training;

/// <summary>Figures and their intervals from what became of each record.</summary>
internal static class EvaluationFigures
{
    public static ModelEvaluationReport Of(EvaluatedRecord[] records, IReadOnlyList<string> labels, ModelEvaluationOptions options, CancellationToken cancellationToken) => new()
    {
        Likelihood = Likelihood([.. records.Where(record => record.Nats is not null)], options, cancellationToken),
        Answers = Answers([.. records.Where(record => record.Answer is not null)], options, cancellationToken),
        Labels = Labels([.. records.Where(record => record.PredictedLabel is not null)], labels, options, cancellationToken),
        Shots = options.Shots,
        TooLong = records.Count(record => record.TooLong),
        Records = records,
    };

    private static LikelihoodFigures? Likelihood(EvaluatedRecord[] records, ModelEvaluationOptions options, CancellationToken cancellationToken)
    {
        if (records.Length == 0)
        {
            return null;
        }

        (double Nats, int Tokens)[] items = [.. records.Select(record => (record.Nats!.Value, record.Tokens))];
        ConfidenceInterval loss = Bootstrap.Interval(items, Mean, options.Bootstrap, cancellationToken);
        return new LikelihoodFigures(
            records.Length,
            items.Sum(item => (long)item.Tokens),
            loss,
            new ConfidenceInterval(Perplexity.OfLoss(loss.Estimate), Perplexity.OfLoss(loss.Lower), Perplexity.OfLoss(loss.Upper), loss.Level));
    }

    private static double Mean(ReadOnlySpan<(double Nats, int Tokens)> items)
    {
        double nats = 0;
        long tokens = 0;
        foreach ((double Nats, int Tokens) item in items)
        {
            nats += item.Nats;
            tokens += item.Tokens;
        }

        return nats / tokens;
    }

    private static AnswerFigures? Answers(EvaluatedRecord[] records, ModelEvaluationOptions options, CancellationToken cancellationToken)
    {
        if (records.Length == 0)
        {
            return null;
        }

        (string Answer, string[] Right)[] pairs = [.. records.Select(record => (record.Answer!.Text.Trim(), (string[])[record.Reference!]))];
        BleuCounts[] bleu = [.. pairs.Select(pair => Bleu.Count(pair.Answer, pair.Right, options.Bleu))];
        ChrFCounts[] characters = [.. pairs.Select(pair => ChrF.Count(pair.Answer, pair.Right))];
        RougeScores[] rouge = [.. pairs.Select(pair => Rouge.Score(pair.Answer, pair.Right, options.RougeWords))];
        return new AnswerFigures(
            records.Length,
            records.Count(record => record.Answer!.Finish == FinishReason.Length),
            Mean(records.Select(record => record.IsExact == true ? 1.0 : 0)),
            Bootstrap.Interval(bleu, sample => Bleu.Score(sample, options.Bleu).Value, options.Bootstrap, cancellationToken),
            Bootstrap.Interval(characters, sample => ChrF.Score(sample), options.Bootstrap, cancellationToken),
            Mean(rouge.Select(each => each.Rouge1.F)),
            Mean(rouge.Select(each => each.Rouge2.F)),
            Mean(rouge.Select(each => each.RougeL.F)),
            Bleu.Score(bleu, options.Bleu).Signature);

        ConfidenceInterval Mean(IEnumerable<double> values) => Bootstrap.Mean([.. values], options.Bootstrap, cancellationToken);
    }

    private static LabelFigures? Labels(EvaluatedRecord[] records, IReadOnlyList<string> labels, ModelEvaluationOptions options, CancellationToken cancellationToken)
    {
        if (records.Length == 0)
        {
            return null;
        }

        Dictionary<string, int> places = labels.Index().ToDictionary(label => label.Item, label => label.Index, StringComparer.Ordinal);
        Choice[] choices = [.. records.Select(record => new Choice(places[record.Record.Label!], places[record.PredictedLabel!], record.LabelProbabilities.Max()))];
        return new LabelFigures(
            records.Length,
            Figure(sample => Matrix(sample, labels).Accuracy),
            Figure(sample => Matrix(sample, labels).Micro.F1),
            Figure(sample => Matrix(sample, labels).Macro.F1),
            Figure(CalibrationError),
            Matrix(choices, labels));

        ConfidenceInterval Figure(Func<ReadOnlySpan<Choice>, double> figure) => Bootstrap.Interval(choices, figure, options.Bootstrap, cancellationToken);
    }

    private static ConfusionMatrix Matrix(ReadOnlySpan<Choice> choices, IReadOnlyList<string> labels)
    {
        int[] expected = new int[choices.Length];
        int[] predicted = new int[choices.Length];
        for (int i = 0; i < choices.Length; i++)
        {
            (expected[i], predicted[i]) = (choices[i].Expected, choices[i].Predicted);
        }

        return new ConfusionMatrix(expected, predicted, labels);
    }

    private static double CalibrationError(ReadOnlySpan<Choice> choices)
    {
        double[] confidences = new double[choices.Length];
        bool[] correct = new bool[choices.Length];
        for (int i = 0; i < choices.Length; i++)
        {
            (confidences[i], correct[i]) = (choices[i].Confidence, choices[i].Expected == choices[i].Predicted);
        }

        return new Calibration(confidences, correct).ExpectedError;
    }

    private readonly record struct Choice(int Expected, int Predicted, double Confidence);
}
