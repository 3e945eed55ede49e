using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Agents;

namespace HandyBackup.Module.Tests.Commands;

public sealed class ApproveAgentTests() : AgentAdmissionTests("Approve-HBAgent", "IAgents.ApproveAsync", AgentStatus.Approved);
