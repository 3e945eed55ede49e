using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using HandyBackup.Agent.Core.Home;
using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Conditions;

/// <summary>Says whether a backup may begin now. Remembers since when each waits, over restarts too. Safe for several threads.</summary>
/// <param name="conditions">What the settings demand.</param>
/// <param name="machine">The machine.</param>
/// <param name="home">Where it is remembered.</param>
/// <param name="time">The clock.</param>
public sealed class BackupGate(BackupConditions conditions, IMachine machine, AgentHome home, TimeProvider time)
{
    // Tasks that were removed while they waited would stay forever.
    private static readonly TimeSpan s_forgotten = TimeSpan.FromDays(365);
    private readonly Lock _lock = new();

    /// <summary>Lets a backup through, or says why not.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.BackupNotNow"/>, which is transient.</exception>
    public async Task PassAsync(BackupOrder order, CancellationToken cancellationToken)
    {
        if (conditions.AreNone)
        {
            return;
        }

        string? obstacle = conditions.Obstacle(await machine.LookAsync(cancellationToken));
        DateTimeOffset? until = Note(order.State?.Task.ToString("N") ?? IdOf(order.Selection), waits: obstacle is not null);
        if (until is { } end && time.GetUtcNow() < end)
        {
            throw new HandyBackupException(ErrorCode.BackupNotNow, $"The backup waits: {obstacle}.")
            {
                Target = order.Selection.Source,
                Advice = $"It runs when that is over, and in any case when it is started after {end:u}.",
                IsTransient = true,
            };
        }
    }

    // Since when it waits, and so until when; null if it does not.
    private DateTimeOffset? Note(string task, bool waits)
    {
        lock (_lock)
        {
            DateTimeOffset now = time.GetUtcNow();
            Dictionary<string, DateTimeOffset> since = Read();
            bool isKnown = since.TryGetValue(task, out DateTimeOffset start);

            // A clock that was set back must not make it wait longer.
            start = !isKnown || start > now ? now : start;
            DateTimeOffset end = start + conditions.AtLatestAfter;
            if (waits && now < end)
            {
                since[task] = start;
                Write(since, now);
                return end;
            }

            if (isKnown)
            {
                since.Remove(task);
                Write(since, now);
            }

            return null;
        }
    }

    private Dictionary<string, DateTimeOffset> Read()
    {
        try
        {
            return DurableFile.Read(home.WaitingFile) is { } content && JsonSerializer.Deserialize(content, HomeJson.Default.WaitingBackups) is { } waiting
                ? new Dictionary<string, DateTimeOffset>(waiting.Since)
                : [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            // They begin to wait anew.
            return [];
        }
    }

    private void Write(Dictionary<string, DateTimeOffset> since, DateTimeOffset now)
    {
        foreach (string old in since.Where(entry => now - entry.Value > s_forgotten).Select(entry => entry.Key).ToArray())
        {
            since.Remove(old);
        }

        try
        {
            DurableFile.Write(home.WaitingFile, JsonSerializer.SerializeToUtf8Bytes(new WaitingBackups { Since = since }, HomeJson.Default.WaitingBackups));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Not remembered, it would wait for ever.
            throw home.Unusable(exception.Message, exception);
        }
    }

    private static string IdOf(SourceSelection selection) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', [selection.Source, .. selection.Paths])))).Substring(0, 32);
}
