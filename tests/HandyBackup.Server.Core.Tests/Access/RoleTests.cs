using System.Reflection;
using HandyBackup.Contracts;
using HandyBackup.Rpc;
using HandyBackup.Testing;

namespace HandyBackup.Server.Core.Tests;

/// <summary>Every method of every contract, called by every role over a real session.</summary>
public sealed class RoleTests : AccessHarness
{
    private static readonly Permission[] s_everybody = [Permission.Anybody, Permission.OwnAccount];

    private static readonly Dictionary<Role, Permission[]> s_permissions = new()
    {
        [Role.Administrator] = Enum.GetValues<Permission>(),
        [Role.Operator] = [.. s_everybody, Permission.View, Permission.Browse, Permission.Operate, Permission.ManageTasks],
        [Role.RestoreOperator] = [.. s_everybody, Permission.View, Permission.Browse, Permission.Restore],
        [Role.Auditor] = [.. s_everybody, Permission.View, Permission.ReadAuditLog],
    };

    public static TheoryData<string, string> Methods()
    {
        var data = new TheoryData<string, string>();
        foreach (MethodInfo method in typeof(PanelServices).GetProperties().Where(property => property.PropertyType.IsInterface).SelectMany(property => property.PropertyType.GetMethods()))
        {
            if (method.GetCustomAttribute<RequiresAttribute>()!.Permission != Permission.Anybody)
            {
                data.Add(method.DeclaringType!.Name, method.Name);
            }
        }

        return data;
    }

    [Theory]
    [InlineData(Role.Administrator)]
    [InlineData(Role.Operator)]
    [InlineData(Role.RestoreOperator)]
    [InlineData(Role.Auditor)]
    public void Role_has_these_permissions_and_no_other(Role role) =>
        Assert.Equal(s_permissions[role].Order(), Enum.GetValues<Permission>().Where(permission => role.Includes(permission)).Order());

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Nobody_is_answered_before_the_login(string service, string method)
    {
        PanelConnection stranger = await ConnectRemotelyAsync();

        HandyBackupException refusal = await Assert.ThrowsAsync<HandyBackupException>(() => CallAsync(stranger, service, method));

        Assert.Equal(ErrorCode.LoginNeeded, refusal.Code);
        AuditEntry entry = (await AuditAsync())[0];
        Assert.Equal(
            (CallerKind.Nobody, "192.0.2.1", $"{service[1..]}.{method[..^5]}", AuditOutcome.Refused, ErrorCode.LoginNeeded),
            (entry.CallerKind, entry.Origin, entry.Action, entry.Outcome, entry.Error!.Value));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Role_without_the_permission_is_refused_written_down_and_changes_nothing(string service, string method)
    {
        Permission permission = MethodOf(service, method).GetCustomAttribute<RequiresAttribute>()!.Permission;
        foreach (Role role in Enum.GetValues<Role>().Where(role => !s_permissions[role].Contains(permission)))
        {
            await AddUserAsync(role.ToString(), new Grant { Role = role });
            PanelConnection connection = await LogInAsync(role.ToString());
            string before = await StateAsync();

            HandyBackupException refusal = await Assert.ThrowsAsync<HandyBackupException>(() => CallAsync(connection, service, method));

            Assert.Equal(ErrorCode.AccessRefused, refusal.Code);
            AuditEntry entry = (await AuditAsync())[0];
            Assert.Equal(
                (CallerKind.User, role.ToString(), $"{service[1..]}.{method[..^5]}", AuditOutcome.Refused, ErrorCode.AccessRefused),
                (entry.CallerKind, entry.Caller, entry.Action, entry.Outcome, entry.Error!.Value));
            Assert.Equal(before, await StateAsync());
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Role_with_the_permission_gets_beyond_the_guard(string service, string method)
    {
        Permission permission = MethodOf(service, method).GetCustomAttribute<RequiresAttribute>()!.Permission;
        foreach (Role role in Enum.GetValues<Role>().Where(role => s_permissions[role].Contains(permission)))
        {
            await AddUserAsync(role.ToString(), new Grant { Role = role });
            PanelConnection connection = await LogInAsync(role.ToString());

            // The samples name nothing that is there: most calls fail, but for a reason of their own.
            Exception? failure = await Record.ExceptionAsync(() => CallAsync(connection, service, method));

            Assert.False(failure is HandyBackupException { Code: ErrorCode.AccessRefused or ErrorCode.LoginNeeded or ErrorCode.InternalError }, $"{role}: {failure}");
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Audited_call_names_what_it_is_made_on(string service, string method)
    {
        MethodInfo called = MethodOf(service, method);
        RequiresAttribute requirement = called.GetCustomAttribute<RequiresAttribute>()!;
        bool isCarriedOut = called.ReturnType.IsAssignableTo(typeof(Task)) && requirement.Permission.IsAudited();
        if ((isCarriedOut || requirement.Audited) && SampleArguments.RequestOf(called) is { } request)
        {
            Assert.NotEqual("", AuditTarget.Of(request));
        }
    }

    private static MethodInfo MethodOf(string service, string method) => typeof(ILogin).Assembly.GetType($"HandyBackup.Contracts.{service}")!.GetMethod(method)!;

    private async Task CallAsync(PanelConnection connection, string service, string method)
    {
        MethodInfo called = MethodOf(service, method);
        object target = typeof(PanelConnection).GetProperties().Single(property => property.PropertyType == called.DeclaringType).GetValue(connection)!;
        object returned = called.Invoke(target, SampleArguments.Of(called, SampleArguments.RequestOf(called), Token))!;
        if (returned is Task task)
        {
            await task;
        }
        else
        {
            await (Task)typeof(RoleTests).GetMethod(nameof(DrainAsync), BindingFlags.NonPublic | BindingFlags.Static)!
                .MakeGenericMethod(called.ReturnType.GetGenericArguments()[0])
                .Invoke(null, [returned, Token])!;
        }
    }

    private static async Task DrainAsync<T>(IAsyncEnumerable<T> items, CancellationToken token)
    {
        await foreach (T item in items.WithCancellation(token))
        {
            Assert.NotNull(item);
        }
    }

    private async Task<string> StateAsync()
    {
        var users = await Local.Users.ListAsync(new UserQuery(), Token).Select(user => $"{user.Name} {user.Changed} {user.Grants.Count}").ToListAsync(Token);
        var tokens = await Local.ApiTokens.ListAsync(new ApiTokenQuery(), Token).CountAsync(Token);
        ServerStatus status = await Local.ServerInfo.GetStatusAsync(Token);
        RemovalPolicy policy = await Local.RemovalRequests.GetPolicyAsync(Token);
        return $"{string.Join(",", users)} {tokens} {status.Tasks} {status.Repositories} {status.ActiveRuns} {policy.NeedsApproval} {StopRequests}";
    }
}
