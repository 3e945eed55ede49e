using HandyBackup.Contracts;
using HandyBackup.Rpc;

namespace HandyBackup.Server.Core.Tests;

public sealed class RemovalRequestTests : AccessHarness
{
    private SnapshotReference _snapshot = null!;
    private PanelConnection _anna = null!;
    private PanelConnection _bert = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await CreateRepositoryAsync();
        await CreateTaskAsync();
        _snapshot = await BackUpAsync();
        await AddUserAsync("anna", new Grant { Role = Role.Administrator });
        await AddUserAsync("bert", new Grant { Role = Role.Administrator });
        Time.Ahead = TimeSpan.FromDays(2);
        _anna = await LogInAsync("anna");
        _bert = await LogInAsync("bert", address: 2);
        await Local.RemovalRequests.SetPolicyAsync(new RemovalPolicy(true), Token);
    }

    [Fact]
    public async Task Snapshot_goes_when_another_administrator_approves()
    {
        RemovalRequest request = await AskAsync(() => _anna.Snapshots.RemoveAsync(_snapshot with { Id = _snapshot.Id[..8] }, Token));
        Assert.Equal(
            (RemovalKind.RemoveSnapshot, $"snapshot {_snapshot.Id} of main", "anna", TimeSpan.FromDays(3)),
            (request.Kind, request.Target, request.RequestedBy, request.Expires - request.Requested));
        Assert.Equal(1, await SnapshotsAsync());
        await FailsAsync(ErrorCode.ApprovalRefused, () => ApproveAsync(_anna, request));

        await ApproveAsync(_bert, request);

        Assert.Equal(0, await SnapshotsAsync());
        await FailsAsync(ErrorCode.RemovalRequestNotFound, () => ApproveAsync(_bert, request));
        List<AuditEntry> entries = await AuditAsync(new AuditQuery { Outcome = AuditOutcome.Done, Last = 2 });
        Assert.Equal([("bert", "RemovalRequests.Approve"), ("anna", "RemovalRequests.CarryOut")], entries.Select(entry => (entry.Caller, entry.Action)));
        Assert.Equal($"snapshot {_snapshot.Id} of main", entries[1].Target);
    }

    [Fact]
    public async Task Denied_or_expired_request_is_gone()
    {
        RemovalRequest denied = await AskAsync(() => _anna.Snapshots.RemoveAsync(_snapshot, Token));
        await _bert.RemovalRequests.DenyAsync(new RemovalRequestReference(denied.Id), Token);
        await FailsAsync(ErrorCode.RemovalRequestNotFound, () => ApproveAsync(_bert, denied));
        RemovalRequest late = await AskAsync(() => _anna.Snapshots.RemoveAsync(_snapshot, Token));

        Time.Ahead += TimeSpan.FromDays(3);

        await FailsAsync(ErrorCode.RemovalRequestNotFound, () => ApproveAsync(_bert, late));
        Assert.Empty(await _bert.RemovalRequests.ListAsync(Token).ToListAsync(Token));
        Assert.Equal(1, await SnapshotsAsync());
    }

    [Fact]
    public async Task Local_administrators_count_as_one()
    {
        RemovalRequest request = await AskAsync(() => Local.Snapshots.RemoveAsync(_snapshot, Token));
        PanelConnection other = await ConnectAsync(PanelOrigin.Local("uid 1000"));

        await FailsAsync(ErrorCode.ApprovalRefused, () => ApproveAsync(other, request));
        await ApproveAsync(_anna, request);

        Assert.Equal(0, await SnapshotsAsync());
    }

    [Theory]
    [InlineData("made")]
    [InlineData("granted")]
    [InlineData("password")]
    public async Task Account_that_was_just_changed_approves_nothing(string how)
    {
        RemovalRequest request = await AskAsync(() => _anna.Snapshots.RemoveAsync(_snapshot, Token));
        switch (how)
        {
            case "made":
                await _anna.Users.CreateAsync(new CreateUserRequest { Name = "eve", Password = Secret(UserPassword), Grants = [new Grant { Role = Role.Administrator }] }, Token);
                break;
            case "granted":
                await AddUserAsync("eve");
                Time.Ahead += TimeSpan.FromDays(2);
                await _anna.Users.GrantAsync(new GrantRequest("eve", new Grant { Role = Role.Administrator }), Token);
                break;
            default:
                await AddUserAsync("eve", new Grant { Role = Role.Administrator });
                Time.Ahead += TimeSpan.FromDays(2);
                await _anna.Users.UpdateAsync(new UpdateUserRequest { Name = "eve", NewPassword = Secret(UserPassword) }, Token);
                break;
        }

        PanelConnection eve = await LogInAsync("eve", address: 3);

        await FailsAsync(ErrorCode.ApprovalRefused, () => ApproveAsync(eve, request));
        Assert.Equal(1, await SnapshotsAsync());
        Time.Ahead += TimeSpan.FromHours(23);
        await FailsAsync(ErrorCode.ApprovalRefused, () => ApproveAsync(eve, request));
    }

    [Fact]
    public async Task Repository_goes_when_approved_even_by_another_name_and_never_another_one()
    {
        await CreateRepositoryAsync("second");
        RemovalRequest request = await AskAsync(() => _anna.Repositories.RemoveAsync(new RemoveRepositoryRequest { Name = "second", DeleteData = true }, Token));
        await Local.Repositories.UpdateAsync(new UpdateRepositoryRequest { Name = "second", NewName = "third" }, Token);
        await CreateRepositoryAsync("second", "elsewhere");

        await ApproveAsync(_bert, request);

        Assert.Equal(["main", "second"], await Local.Repositories.ListAsync(new RepositoryQuery(), Token).Select(repository => repository.Name).ToListAsync(Token));
        Assert.True(File.Exists(Path.Join(Folder("elsewhere"), "config")));
        Assert.False(File.Exists(Path.Join(Folder("second"), "config")));
    }

    [Fact]
    public async Task Shorter_grace_needs_approval_and_a_longer_one_does_not()
    {
        await _anna.Repositories.UpdateAsync(new UpdateRepositoryRequest { Name = "main", Grace = TimeSpan.FromDays(30) }, Token);
        await FailsAsync(
            ErrorCode.InvalidArgument,
            () => _anna.Repositories.UpdateAsync(new UpdateRepositoryRequest { Name = "main", Grace = TimeSpan.Zero, NewPassword = Secret("another") }, Token));
        RemovalRequest request = await AskAsync(() => _anna.Repositories.UpdateAsync(new UpdateRepositoryRequest { Name = "main", Grace = TimeSpan.Zero }, Token));
        Assert.Equal(TimeSpan.FromDays(30), (await Local.Repositories.ListAsync(new RepositoryQuery(), Token).SingleAsync(Token)).Grace);

        await ApproveAsync(_bert, request);

        Assert.Equal(TimeSpan.Zero, (await Local.Repositories.ListAsync(new RepositoryQuery(), Token).SingleAsync(Token)).Grace);
    }

    [Fact]
    public async Task Rule_is_switched_off_by_two()
    {
        RemovalRequest request = await AskAsync(() => _anna.RemovalRequests.SetPolicyAsync(new RemovalPolicy(false), Token));
        Assert.True((await _anna.RemovalRequests.GetPolicyAsync(Token)).NeedsApproval);

        await ApproveAsync(_bert, request);

        Assert.False((await _anna.RemovalRequests.GetPolicyAsync(Token)).NeedsApproval);
        await _anna.Snapshots.RemoveAsync(_snapshot, Token);
        Assert.Equal(0, await SnapshotsAsync());
    }

    [Fact]
    public async Task Approval_at_the_same_time_carries_out_once()
    {
        await AddUserAsync("carl", new Grant { Role = Role.Administrator });
        Time.Ahead += TimeSpan.FromDays(2);
        PanelConnection carl = await LogInAsync("carl", address: 4);
        RemovalRequest request = await AskAsync(() => _anna.Snapshots.RemoveAsync(_snapshot, Token));

        Exception?[] failures = await Task.WhenAll(new[] { _bert, carl, Local }.Select(panel => Record.ExceptionAsync(() => ApproveAsync(panel, request)).AsTask()));

        Assert.Single(failures, failure => failure is null);
        Assert.Equal(2, failures.OfType<HandyBackupException>().Count(failure => failure.Code == ErrorCode.RemovalRequestNotFound));
    }

    private Task ApproveAsync(PanelConnection panel, RemovalRequest request) => panel.RemovalRequests.ApproveAsync(new RemovalRequestReference(request.Id), Token);

    private async Task<RemovalRequest> AskAsync(Func<Task> remove)
    {
        HandyBackupException needed = await FailsAsync(ErrorCode.ApprovalNeeded, remove);
        return await _bert.RemovalRequests.ListAsync(Token).SingleAsync(request => request.Id.ToString() == needed.Target, Token);
    }

    private async Task<int> SnapshotsAsync() => await Local.Snapshots.ListAsync(new SnapshotQuery(), Token).CountAsync(Token);
}
