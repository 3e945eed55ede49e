using System.Text.Json;
using HandyBackup.Agent.Core.Limits;
using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Home;

/// <summary>Reads and writes <c>agent.json</c>. A name or a value that means nothing is an error, since it would be an option that does nothing.</summary>
public static class AgentSettingsFile
{
    /// <summary>Reads the settings and checks every value.</summary>
    /// <returns>The defaults if there is no file.</returns>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.AgentSettingsInvalid"/> or <see cref="ErrorCode.AgentHomeUnusable"/>.</exception>
    public static AgentSettings Read(AgentHome home)
    {
        try
        {
            byte[]? content = DurableFile.Read(home.SettingsFile);
            AgentSettings settings = content is null
                ? new AgentSettings()
                : JsonSerializer.Deserialize(content, HomeJson.Default.AgentSettings) ?? throw new JsonException("the file holds null.");
            Verify(settings);
            return settings;
        }
        catch (Exception exception) when (exception is JsonException or FormatException or HandyBackupException { Code: ErrorCode.InvalidArgument })
        {
            throw new HandyBackupException(ErrorCode.AgentSettingsInvalid, $"The settings '{home.SettingsFile}' cannot be used: {exception.Message}", exception)
            {
                Target = home.SettingsFile,
                Advice = "Correct the file; docs/guides/agent-deployment.md lists what it may say.",
            };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw home.Unusable(exception.Message, exception);
        }
    }

    /// <summary>Replaces the settings.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.AgentHomeUnusable"/>.</exception>
    public static void Write(AgentHome home, AgentSettings settings)
    {
        try
        {
            DurableFile.Write(home.SettingsFile, JsonSerializer.SerializeToUtf8Bytes(settings, HomeJson.Default.AgentSettings));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw home.Unusable(exception.Message, exception);
        }
    }

    private static void Verify(AgentSettings settings)
    {
        _ = BandwidthSchedule.Parse(settings.Bandwidth);
        if (settings.Server.Length > 0)
        {
            _ = ServerAddress.Parse(settings.Server);
        }

        if (settings.Conditions.AtLatestAfter <= TimeSpan.Zero)
        {
            throw new FormatException("conditions.atLatestAfter must be more than nothing.");
        }
    }
}
