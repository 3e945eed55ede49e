using System.Net;
using HandyBackup.Catalog;
using HandyBackup.Contracts;
using HandyBackup.Rpc;
using Microsoft.Data.Sqlite;
using Nerdbank.Streams;

namespace HandyBackup.Server.Core.Tests;

/// <summary>A whole server whose panels come over real sessions, joined in memory: from the machine itself, or from elsewhere.</summary>
public abstract class AccessHarness : ServerHarness
{
    protected const string UserPassword = "one long password";

    private readonly List<PanelConnection> _connections = [];

    /// <summary>The local administrator's connection.</summary>
    protected PanelConnection Local { get; private set; } = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        Local = await ConnectAsync(PanelOrigin.Local("uid 0"));
    }

    /// <summary>A connection from somewhere. Ends with the server.</summary>
    protected async Task<PanelConnection> ConnectAsync(PanelOrigin origin)
    {
        (Stream panel, Stream server) = FullDuplexStream.CreatePair();
        _ = PanelSession.ServeAsync(server.UsePipe(), Server.Receive(origin), new PanelSessionOptions(), Token);
        PanelConnection connection = await PanelConnection.ConnectAsync(panel, TimeSpan.FromSeconds(20), Token);
        _connections.Add(connection);
        return connection;
    }

    protected Task<PanelConnection> ConnectRemotelyAsync(int address = 1, string? certificate = null) =>
        ConnectAsync(PanelOrigin.Remote(new IPAddress([192, 0, 2, (byte)address]), certificate));

    /// <summary>A connection of a user.</summary>
    protected async Task<PanelConnection> LogInAsync(string user, string password = UserPassword, int address = 1)
    {
        PanelConnection connection = await ConnectRemotelyAsync(address);
        await connection.Login.LoginAsync(Login(user, password), Token);
        return connection;
    }

    protected static LoginRequest Login(string user, string password = UserPassword, string? code = null) => new()
    {
        Name = user,
        Password = Secret(password),
        Code = code is null ? null : Secret(code),
    };

    protected static Secret Secret(string value) => new() { Value = value };

    protected Task<UserInfo> AddUserAsync(string name, params Grant[] grants) =>
        Local.Users.CreateAsync(new CreateUserRequest { Name = name, Password = Secret(UserPassword), Grants = grants }, Token);

    /// <summary>Makes an agent known that is not connected.</summary>
    protected async Task<Guid> AddAgentAsync(string name, string? group = null)
    {
        await using SqliteCatalog catalog = await OpenCatalogAsync();
        if (group is not null && await catalog.AgentGroups.FindAsync(group, Token) is null)
        {
            await catalog.AgentGroups.AddAsync(new AgentGroupRecord { Id = Guid.NewGuid(), Name = group, Created = Time.GetUtcNow() }, Token);
        }

        var token = new EnrollmentTokenInfo
        {
            Id = Guid.NewGuid().ToString("N")[..16],
            Kind = AgentKind.Workstation,
            Group = group,
            NeedsApproval = false,
            Uses = 1,
            Remaining = 1,
            Created = Time.GetUtcNow(),
            Expires = Time.GetUtcNow().AddDays(1),
            Note = "",
        };
        await catalog.EnrollmentTokens.AddAsync(new EnrollmentTokenRecord(token, default), Token);
        var agent = new AgentIdentity { Id = Guid.NewGuid(), Name = name, Kind = AgentKind.Workstation, Status = AgentStatus.Approved, Enrolled = Time.GetUtcNow() };
        Assert.True(await catalog.EnrollmentTokens.RedeemAsync(token.Id, new AgentIdentityRecord(agent, [1], null), Time.GetUtcNow(), Token));
        return agent.Id;
    }

    /// <summary>The catalog, beside the server.</summary>
    protected Task<SqliteCatalog> OpenCatalogAsync() => SqliteCatalog.OpenAsync(Path.Join(DataPath, "catalog.db"), Token);

    /// <summary>Runs statements on the catalog's file, past the server, as somebody would who has taken it over.</summary>
    protected void Tamper(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Join(DataPath, "catalog.db")};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    protected async Task<List<AuditEntry>> AuditAsync(AuditQuery? query = null) => await Local.AuditLog.ListAsync(query ?? new AuditQuery(), Token).ToListAsync(Token);
}
