using System.Text.Json;
using HandyBackup.Catalog;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>The rule of two administrators: what removes data becomes a request, if the server is set so. Safe to share between threads.</summary>
internal sealed class RemovalApproval(ICatalog catalog, TimeProvider time)
{
    private const string Setting = "removal-approval";
    private static readonly TimeSpan s_life = TimeSpan.FromDays(3);

    /// <summary>True if the server is set to ask a second administrator.</summary>
    public async Task<bool> IsNeededAsync(CancellationToken cancellationToken) => await catalog.Settings.FindAsync(Setting, cancellationToken) is [1];

    /// <summary>Sets whether it asks.</summary>
    public Task SetNeededAsync(bool isNeeded, CancellationToken cancellationToken) =>
        catalog.Settings.SaveAsync(Setting, [isNeeded ? (byte)1 : (byte)0], cancellationToken);

    /// <summary>Notes what somebody wants.</summary>
    /// <returns>The error that tells so; the caller throws it, and does nothing else.</returns>
    public async Task<HandyBackupException> RequestAsync(Caller caller, RemovalKind kind, string target, RemovalArguments arguments, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        var request = new RemovalRequest
        {
            Id = Guid.NewGuid(),
            Kind = kind,
            Target = target,
            RequestedBy = caller.Name,
            Requested = now,
            Expires = now + s_life,
        };
        string json = JsonSerializer.Serialize(arguments, RemovalJson.Default.RemovalArguments);
        await catalog.RemovalRequests.AddAsync(new RemovalRequestRecord(request, json, caller.Kind, caller.Account?.Id), cancellationToken);
        return new HandyBackupException(ErrorCode.ApprovalNeeded, $"Another administrator must approve this. It waits as request {request.Id} until {request.Expires:u}.")
        {
            Target = request.Id.ToString(),
            Advice = "Another administrator approves it with Approve-HBRemoval; then the server does it.",
        };
    }
}
