using System.Security;
using HandyBackup.Contracts;
using HandyBackup.Module.Agents.Machines;
using HandyBackup.Module.Passwords;

namespace HandyBackup.Module.Agents;

/// <summary>A token for one machine. If the machine did not become an agent, a token that was made for it is revoked.</summary>
/// <param name="Text">The token; null for a machine that needs none.</param>
/// <param name="Revoke">Revokes it; null for one that was not made for this machine.</param>
internal sealed record EnrollmentLoan(SecureString? Text, Func<CancellationToken, Task>? Revoke)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    /// <summary>No token.</summary>
    public static EnrollmentLoan None { get; } = new(null, null);

    /// <summary>Gives it back unused; also after Ctrl+C, so there is no token to cancel it. If the server cannot be told, the token expires by itself.</summary>
    public async Task ReturnAsync()
    {
        if (Revoke is null)
        {
            return;
        }

        using var limit = new CancellationTokenSource(s_limit);
        try
        {
            await Revoke(limit.Token);
        }
        catch (Exception exception) when (exception is HandyBackupException or OperationCanceledException)
        {
            // It is good for one machine, for minutes.
        }
    }

    /// <summary>What a program said, without the token: no error may show it, whatever a program repeats.</summary>
    public AgentProgramResult Redact(AgentProgramResult result)
    {
        if (Text is null)
        {
            return result;
        }

        string token = SecretText.Reveal(Text);
        return result with { Output = result.Output.Replace(token, "***"), Errors = result.Errors.Replace(token, "***") };
    }
}
