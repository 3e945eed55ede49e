using System.Globalization;
using System.Text.Json;
using HandyBackup.Agent;
using HandyBackup.Agent.Core;
using HandyBackup.Agent.Core.Sources;
using HandyBackup.Contracts;
using HandyBackup.Sources.Files;
using HandyBackup.Sources.PostgreSql;
using Microsoft.Extensions.Logging.Abstractions;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};

try
{
    AgentArguments arguments = AgentArguments.Parse(args);
    var agent = new AgentHost(new SourceRegistry([new FilesSourceFactory(), new PostgreSqlSourceFactory()]), Environment.MachineName, TimeProvider.System, NullLoggerFactory.Instance);
    if (arguments.List is { } query)
    {
        await foreach (Item item in agent.ListItemsAsync(query, stop.Token))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{item.Kind,-15} {item.Size,15} {item.Modified,-25:u} {item.Path}"));
        }
    }
    else
    {
        Console.WriteLine(JsonSerializer.Serialize(await agent.DescribeAsync(stop.Token), AgentJson.Readable));
    }

    return 0;
}
catch (HandyBackupException exception)
{
    await Console.Error.WriteLineAsync($"hb-agent: {exception.Message}");
    await Console.Error.WriteLineAsync(exception.Advice);
    return 1;
}
catch (OperationCanceledException)
{
    return 130;
}
