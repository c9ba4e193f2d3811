"""Access management: which calls the policies of a role, or of a key, allow.

access      who may make which call
calls       which action on which resource each request is, for COS and for CI
conditions  conditions of a policy's statement (598/10608)
policy      CAM policies (syntax 2.0: 598/10603), evaluated
"""
