using System.Text.Json.Serialization;
using Brewlog.Batches;
using Brewlog.Data;
using Microsoft.EntityFrameworkCore;

var builder = WebApplication.CreateBuilder(args);

builder.Services.AddDbContext<BrewlogContext>(options =>
    options.UseSqlite(builder.Configuration.GetConnectionString("Brewlog")));
builder.Services.ConfigureHttpJsonOptions(options =>
    options.SerializerOptions.Converters.Add(new JsonStringEnumConverter()));
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddProblemDetails();
builder.Services.AddHealthChecks().AddDbContextCheck<BrewlogContext>();

var app = builder.Build();
var apiKey = builder.Configuration["Brewlog:ApiKey"];

app.UseExceptionHandler();
app.UseStatusCodePages();

app.Use(async (context, next) =>
{
    var isRead = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);

    if (!isRead && context.Request.Headers["X-Api-Key"] != apiKey)
    {
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        return;
    }

    await next(context);
});

app.MapHealthChecks("/healthz");
app.MapBatches();

using (var scope = app.Services.CreateScope())
{
    scope.ServiceProvider.GetRequiredService<BrewlogContext>().Database.EnsureCreated();
}

app.Run();
