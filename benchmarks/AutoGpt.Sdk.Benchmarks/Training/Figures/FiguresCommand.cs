namespace AutoGpt.Sdk.Benchmarks.Training.Figures;

/// <summary>The command <c>figures NAME</c>: a training run whose quality is known.</summary>
internal static class FiguresCommand
{
    private static readonly IFigure[] s_figures = [new ShakespeareFigure(), new AdderFigure(), new MaskedFigure(), new ReversalFigure(), new ActivationsFigure()];

    public static int Run(string[] args)
    {
        if (args.Length < 2 || s_figures.FirstOrDefault(each => each.Name == args[1]) is not { } figure)
        {
            Console.Error.WriteLine("figures NAME, one of:\n" + string.Join('\n', s_figures.Select(each => $"  {each.Name} {each.Usage} [--json]")));
            return 1;
        }

        try
        {
            CommandArguments arguments = new(args[1..], $"figures {figure.Name} {figure.Usage}", figure.Options);
            figure.Run(arguments, new FigureOutput(arguments.Json));
            return 0;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or IOException)
        {
            Console.Error.WriteLine(exception.Message);
            return 1;
        }
    }
}
