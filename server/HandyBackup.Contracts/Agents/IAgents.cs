using PolyType;
using StreamJsonRpc;

namespace HandyBackup.Contracts;

/// <summary>The machines that a server backs up.</summary>
[JsonRpcContract, GenerateShape(IncludeMethods = MethodShapeFlags.PublicInstance)]
public partial interface IAgents : IDisposable
{
    /// <summary>Lists agents by name.</summary>
    IAsyncEnumerable<AgentInfo> ListAsync(AgentQuery query, CancellationToken cancellationToken);
}
