using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Installation;

/// <summary>The agent as a systemd service.</summary>
/// <param name="unitFolder">Where units of the administrator lie.</param>
/// <param name="systemctl">systemd's command.</param>
public sealed class SystemdAgentService(string unitFolder, ISystemctl systemctl) : IAgentService
{
    /// <summary>Where systemd looks for units that no package brought.</summary>
    public const string UnitFolder = "/etc/systemd/system";

    private readonly string _unit = Path.Join(unitFolder, SystemdUnit.Name);

    /// <inheritdoc/>
    public void Verify() => systemctl.Verify();

    /// <inheritdoc/>
    public bool IsRegistered => File.Exists(_unit);

    /// <inheritdoc/>
    public Func<Task> Remember()
    {
        try
        {
            string? before = IsRegistered ? File.ReadAllText(_unit) : null;
            return () => before is null ? UnregisterAsync(CancellationToken.None) : WriteAsync(before, CancellationToken.None);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Failed(exception);
        }
    }

    /// <inheritdoc/>
    public async Task RegisterAsync(AgentPlaces places, CancellationToken cancellationToken)
    {
        await WriteAsync(SystemdUnit.Text(places), cancellationToken);
        await systemctl.RunAsync(["enable", SystemdUnit.Name], cancellationToken);
    }

    /// <inheritdoc/>
    public async Task UnregisterAsync(CancellationToken cancellationToken)
    {
        if (!IsRegistered)
        {
            return;
        }

        await systemctl.RunAsync(["disable", SystemdUnit.Name], cancellationToken);
        try
        {
            File.Delete(_unit);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Failed(exception);
        }

        await systemctl.RunAsync(["daemon-reload"], cancellationToken);
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => systemctl.RunAsync(["start", SystemdUnit.Name], cancellationToken);

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) =>
        IsRegistered ? systemctl.RunAsync(["stop", SystemdUnit.Name], cancellationToken) : Task.CompletedTask;

    private async Task WriteAsync(string text, CancellationToken cancellationToken)
    {
        try
        {
            await File.WriteAllTextAsync(_unit, text, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Failed(exception);
        }

        await systemctl.RunAsync(["daemon-reload"], cancellationToken);
    }

    private HandyBackupException Failed(Exception cause) =>
        new(ErrorCode.AgentServiceFailed, $"The unit '{_unit}' cannot be changed: {cause.Message}", cause) { Target = _unit, Advice = "Run the command as root." };
}
