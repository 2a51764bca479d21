using System.Globalization;
using System.Text;

namespace AutoGpt.Sdk;

/// <summary>When the steps of a plan ran, as bars over the time from the plan to the end of its last step. The time between two parts of the run takes no room.</summary>
internal sealed class Timeline
{
    private const double Width = 1000;
    private const double LeastWidth = 4;

    private readonly TimeSpan _begin;
    private readonly TimeSpan _length;
    private readonly TimeSpan _now;
    private readonly TimeSpan[] _resumptions;
    private readonly TimeSpan[] _ticks;

    public Timeline(RunHistory run, PlanHistory plan)
    {
        _begin = plan.Made;
        _now = run.Clock;
        TimeSpan end = plan.Steps.SelectMany(step => step.Spans).Select(span => span.To ?? run.Clock).DefaultIfEmpty(_begin).Max();
        _resumptions = [.. run.Resumptions.Select(resumption => resumption.At).Where(at => at >= _begin && at <= end).Distinct().Take(20)];
        _length = end - _begin;
        _ticks = Ticks(_length);
    }

    public TimeSpan Busy(StepHistory step) => step.Busy(_now);

    public void WriteAxis(StringBuilder page)
    {
        page.Append(_resumptions.Length > 0 ? "<p><small>Dotted: the process ended, and the run went on in another one.</small></p>\n" : "");
        page.Append("<div class=\"axis\" aria-hidden=\"true\"><div>");
        foreach (TimeSpan at in _ticks)
        {
            page.Append(CultureInfo.InvariantCulture, $"<span{(at / _length > 0.95 ? " class=\"last\"" : "")} style=\"left:{at / _length * 100:0.##}%\">{ReportText.Duration(at)}</span>");
        }

        page.Append("</div></div>\n");
    }

    public void WriteBars(StringBuilder page, StepHistory step, string kind)
    {
        page.Append(CultureInfo.InvariantCulture, $"<svg class=\"bars\" aria-hidden=\"true\" viewBox=\"0 0 {Width} 10\" preserveAspectRatio=\"none\">\n");
        foreach (TimeSpan at in _ticks)
        {
            page.Append(CultureInfo.InvariantCulture, $"<path class=\"tick\" d=\"M{At(_begin + at):0.##} 0V10\"/>");
        }

        foreach (TimeSpan at in _resumptions)
        {
            page.Append(CultureInfo.InvariantCulture, $"<path class=\"resumed\" d=\"M{At(at):0.##} 0V10\"/>");
        }

        foreach (StepSpan span in step.Spans)
        {
            TimeSpan to = span.To ?? _now;
            double width = Math.Max(At(to) - At(span.From), LeastWidth), x = Math.Min(At(span.From), Width - LeastWidth);
            page.Append(CultureInfo.InvariantCulture, $"\n<rect class=\"{(span.IsCutOff ? "open" : kind)}\" x=\"{x:0.##}\" y=\"1\" width=\"{width:0.##}\" height=\"8\"><title>{Tell(span, to)}</title></rect>");
        }

        page.Append("\n</svg>\n");
    }

    private static string Tell(StepSpan span, TimeSpan to) =>
        (span.IsCutOff ? "at least " : "") + ReportText.Duration(to - span.From) + (span.IsCutOff ? ", then its process ended" : span.To is null ? ", and still running" : "");

    // Round times, three to six of them.
    private static TimeSpan[] Ticks(TimeSpan length)
    {
        if (length <= TimeSpan.Zero)
        {
            return [];
        }

        double rough = Math.Max(length.Ticks / 5.0, 1), power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        long step = (long)((rough / power) switch { <= 1 => power, <= 2 => 2 * power, <= 5 => 5 * power, _ => 10 * power });
        return [.. Enumerable.Range(0, (int)(length.Ticks / step) + 1).Select(index => new TimeSpan(index * step))];
    }

    private double At(TimeSpan time) => _length > TimeSpan.Zero ? (time - _begin) / _length * Width : 0;
}
