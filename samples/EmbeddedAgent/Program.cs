using EmbeddedAgent;

// Settings and page lie beside the program, from wherever it is started.
WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.AddWeb();
builder.AddAgent();
builder.AddTelemetry();

WebApplication app = builder.Build();
app.UseWeb();
app.MapRuns();
app.MapApprovals();
app.MapHealthChecks("/health");
app.Run();
